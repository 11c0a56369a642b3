"""The `stillhour` command, as an operator types it, on both databases."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.models import (
    Appointment,
    Message,
    Practice,
    SessionType,
    SignInLink,
    StaffAccount,
    Therapist,
    WeeklyRule,
    db,
)
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories

PRACTICE = "practice --name Alder --outside-name Alder --zone America/Phoenix --phone 602-555-0142"
THERAPIST = (
    "therapist add amara --name Amara --first-name Amara --email amara@alder.example "
    "--zone America/Phoenix --standing-room-url https://rooms.example/amara"
)


def run(app: Flask, line: str, *more: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=[*line.split(), *more])


def test_a_practice_is_made_by_four_commands(app: Flask) -> None:
    lines = [
        (PRACTICE,),
        (THERAPIST,),
        ("therapist hours amara", "mon,tue 9:00-12:30", "thu 13:00-19:00"),
        ("therapist licence amara az --number 1 --from 2020-01-01 --until 2030-01-01",),
        ("therapist session-type amara call --kind consultation --name Call --minutes 15",),
        ("therapist words amara need=anxiety language=es",),
    ]

    outcomes = [run(app, *line) for line in lines]

    assert [(o.exit_code, o.exception) for o in outcomes] == [(0, None)] * len(lines)
    assert db.session.get_one(Practice, 1).phone == "+16025550142"
    blocks = db.session.scalars(select(WeeklyRule).order_by(WeeklyRule.id)).all()
    assert [(b.weekday, b.from_minute, b.until_minute) for b in blocks] == [
        (0, 540, 750),
        (1, 540, 750),
        (3, 780, 1140),
    ]
    assert db.session.scalars(select(SessionType.slug)).all() == ["call"]


def test_a_therapist_who_is_added_is_invited_to_sign_in(app: Flask) -> None:
    run(app, PRACTICE)

    said = run(app, THERAPIST).output

    assert "amara is added and invited to sign in." in said
    assert db.session.scalars(select(Message.address)).all() == ["amara@alder.example"]
    assert db.session.scalars(select(SignInLink.is_invitation)).all() == [True]


def test_the_first_admin_is_made_and_the_link_printed_once(app: Flask, parts: Parts) -> None:
    run(app, PRACTICE)

    said = run(app, "admin jo@alder.example --name Jo").output

    link_id = db.session.scalars(select(SignInLink.link_id)).one()
    token = parts.links.token(Purpose.SIGN_IN, link_id)
    assert said.count(f"{parts.settings.public_url}/staff/sign-in/{token}") == 1
    assert db.session.scalars(select(StaffAccount)).one().is_admin


def test_there_is_no_admin_before_there_is_a_practice(app: Flask) -> None:
    outcome = run(app, "admin jo@alder.example --name Jo")

    assert outcome.exit_code == 1
    assert "no such practice" in outcome.output


@pytest.mark.parametrize(
    ("line", "more", "said"),
    [
        (PRACTICE.replace("--outside-name Alder", "--outside-name Anxiety"), (), "tells"),
        (PRACTICE.replace("America/Phoenix", "Phoenix"), (), "time zone is not known"),
        (PRACTICE.replace("602-555-0142", "12"), (), "phone does not look right"),
        (THERAPIST.replace("amara@alder.example", "amara"), (), "email does not look right"),
        (THERAPIST.replace("https://", "http://"), (), "standing room url does not look"),
        ("therapist hours nobody", ("mon 9:00-10:00",), "no therapist nobody"),
        ("therapist hours amara", ("mon 9-10",), "hours look like"),
        ("therapist hours amara", ("mon 9:00-12:00", "mon 11:00-13:00"), "overlaps"),
        ("therapist licence amara ZZ --from 2020-01-01", (), "state is not known"),
        ("therapist words amara", ("need=everything",), "need=everything is not known"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(
    app: Flask, line: str, more: tuple[str, ...], said: str
) -> None:
    if line.startswith("therapist"):
        run(app, PRACTICE)
    if "add" not in line and not line.startswith("practice"):
        run(app, THERAPIST)
    before = _rows()

    outcome = run(app, line, *more)

    assert outcome.exit_code == 1
    assert said in outcome.output
    assert _rows() == before


def test_check_says_what_still_stands_in_the_way(app: Flask) -> None:
    run(app, PRACTICE)
    run(app, THERAPIST)

    outcome = run(app, "check")

    assert outcome.exit_code == 1
    assert "amara still needs hours and a licence and a session type" in outcome.output
    assert "is at revision" in outcome.output


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_backup_brings_everything_back(
    request: pytest.FixtureRequest, dialect: str, tmp_path: Path
) -> None:
    # The parameter is ours, not the fixture's: SQLite's file must not be the shared one.
    app: Flask = request.getfixturevalue("own_app")(dialect)
    with app.app_context():
        factories.practice()
        factories.amara()
        parts: Parts = app.extensions["stillhour"]
        book(factories.wish(), key=factories.key(), parts=parts, now=factories.NOW)
        kept = tmp_path / "kept"

        made = run(app, "backup", str(kept))
        again = run(app, "backup", str(kept))
        factories.therapist(slug="later")
        refused = run(app, "restore", str(kept))
        restored = run(app, "restore --replace", str(kept))

        assert (made.exit_code, again.exit_code, restored.exit_code) == (0, 1, 0), restored.output
        assert refused.exit_code == 1
        assert kept.stat().st_mode & 0o077 == 0
        assert db.session.scalars(select(Therapist.slug)).all() == ["amara"]
        assert len(db.session.scalars(select(Appointment)).all()) == 1
        db.session.remove()
        db.engine.dispose()


def _rows() -> list[int]:
    db.session.rollback()
    return [len(db.session.scalars(select(t)).all()) for t in (Practice, Therapist, WeeklyRule)]
