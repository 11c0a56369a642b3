"""Make what a test needs, and let it name only what it cares about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import inspect, update
from sqlalchemy.orm import Session

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.models import (
    Base,
    Practice,
    Resource,
    SessionType,
    Therapist,
    TherapistFacet,
    TherapistLicence,
    WeeklyRule,
    db,
)
from booking.models.dialects import begin_writing
from booking.services.booking import RequestKey, Wish
from booking.services.guests import Guest
from booking.services.series.asking import Pattern
from booking.services.series.booking import SeriesWish

T = TypeVar("T", bound=Base)

# A Friday, 10:00 in New York; three days later the clocks there are still on winter time,
# and on Sunday 2030-03-10 they go forward.
NOW = datetime(2030, 3, 1, 15, 0, tzinfo=UTC)
MONDAY_9AM = datetime(2030, 3, 4, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

TOGETHER = "saved together"


@contextmanager
def together() -> Iterator[Session]:
    """Save all rows of the block in one transaction; a block within another adds to that one.

    At the end the versions are raised, as by whatever changes openings.
    """
    session = db.session()
    if session.info.get(TOGETHER):
        yield session
        return
    session.rollback()
    begin_writing(session)
    session.info[TOGETHER] = True
    try:
        yield session
        session.execute(update(Therapist).values(diary_version=Therapist.diary_version + 1))
        session.execute(update(Practice).values(directory_version=Practice.directory_version + 1))
        session.commit()
    finally:
        session.info.pop(TOGETHER)


def saved(*rows: Base) -> None:
    """Write the rows and commit; raise the versions, as what changes openings must."""
    with together() as session:
        session.add_all(rows)
        session.flush()


def changed(row: Base, **values: object) -> None:
    """Set columns of a row that is there already, and commit."""
    session = db.session()
    table, key = type(row), inspect(row).identity
    session.rollback()
    begin_writing(session)
    kept = session.get_one(table, key)
    for name, value in values.items():
        setattr(kept, name, value)
    session.commit()


def practice(**values: object) -> Practice:
    defaults: dict[str, object] = {
        "id": 1,
        "name": "Alder Street Therapy",
        "outside_name": "Alder Street",
        "time_zone": "America/New_York",
        "phone": "+16025550142",
        "desk_hours": "Monday to Friday, 8 AM to 6 PM",
        "late_fee_cents": 5000,
    }
    row = Practice(**defaults | values)
    saved(row)
    return row


def therapist(**values: object) -> Therapist:
    """A therapist in New York, open 9 to 5 from Monday to Friday, licensed there for years."""
    slug = str(values.get("slug", f"t-{uuid4().hex[:8]}"))
    defaults: dict[str, object] = {
        "slug": slug,
        "name": "Amara Okafor",
        "first_name": "Amara",
        "credentials": "PsyD",
        "title": "Psychologist",
        "pronouns": "she/her",
        "email": f"{slug}@alder.example",
        "phone": "+16025550199",
        "time_zone": "America/New_York",
        "statement": "I help people slow racing thoughts and get sleep back.",
        "standing_room_url": "https://rooms.example/standing",
    }
    with together():
        resource = Resource(kind="therapist")
        saved(resource)
        row = Therapist(resource_id=resource.id, **defaults | values)
        saved(row)
    return row


def amara(**values: object) -> Therapist:
    """The therapist of most tests: hours, a licence, a consultation, an intake, sessions."""
    with together():
        row = therapist(**{"slug": "amara"} | values)
        for weekday in range(5):
            weekly(row, weekday=weekday)
        licence(row)
        _offers(row)
        saved(
            TherapistFacet(therapist_id=row.id, facet=Facet.NEED, value="anxiety"),
            TherapistFacet(therapist_id=row.id, facet=Facet.LANGUAGE, value="en"),
            TherapistFacet(therapist_id=row.id, facet=Facet.INSURANCE, value="aetna"),
        )
    return row


def _offers(row: Therapist) -> None:
    session_type(row)
    session_type(row, slug="intake", kind=Kind.INTAKE, minutes=60, step=60, price_cents=16000)
    session_type(
        row,
        slug="session",
        kind=Kind.INDIVIDUAL,
        minutes=50,
        step=60,
        buffer_after=10,
        price_cents=14000,
    )
    session_type(
        row,
        slug="standing",
        kind=Kind.INDIVIDUAL,
        minutes=50,
        step=60,
        buffer_after=10,
        price_cents=14000,
        allows_series=True,
    )


def weekly(therapist: Therapist, **values: object) -> WeeklyRule:
    defaults: dict[str, object] = {"weekday": 0, "from_minute": 9 * 60, "until_minute": 17 * 60}
    row = WeeklyRule(therapist_id=therapist.id, **defaults | values)
    saved(row)
    return row


def licence(therapist: Therapist, **values: object) -> TherapistLicence:
    defaults: dict[str, object] = {
        "state": "NY",
        "number": "12345",
        "valid_from": date(2020, 1, 1),
        "valid_until": None,
    }
    row = TherapistLicence(therapist_id=therapist.id, **defaults | values)
    saved(row)
    return row


def session_type(therapist: Therapist, **values: object) -> SessionType:
    """A free 15-minute consultation on a 30-minute grid, unless told otherwise."""
    defaults: dict[str, object] = {
        "slug": "consultation",
        "kind": Kind.CONSULTATION,
        "name": "Free 15-minute call",
        "minutes": 15,
        "step": 30,
        "notice_hours": 12,
        "horizon_days": 60,
        "modalities": ["video", "phone"],
    }
    row = SessionType(therapist_id=therapist.id, **defaults | values)
    saved(row)
    return row


def guest(**values: object) -> Guest:
    defaults: dict[str, object] = {
        "name": "Sam Reed",
        "email": "sam@example.org",
        "phone": "+12125550123",
        "time_zone": "America/New_York",
        "pronouns": "",
        "language": None,
        "state": "NY",
        "country": "US",
        "need": "anxiety",
        "payment": None,
        "access_needs": "",
        "note": "",
        "sms_consent": False,
    }
    return Guest(**defaults | values)  # type: ignore[arg-type]


def wish(**values: object) -> Wish:
    defaults: dict[str, object] = {
        "therapist": "amara",
        "session_type": "consultation",
        "starts_at": MONDAY_9AM,
        "modality": Modality.VIDEO,
        "guest": values.get("guest") or guest(),
    }
    return Wish(**defaults | values)  # type: ignore[arg-type]


def series_wish(**values: object) -> SeriesWish:
    """Eight Mondays at nine with Amara, unless told otherwise."""
    defaults: dict[str, object] = {
        "therapist": "amara",
        "session_type": "standing",
        "starts_at": MONDAY_9AM,
        "pattern": Pattern(count=8),
        "modality": Modality.VIDEO,
        "guest": values.get("guest") or guest(),
    }
    return SeriesWish(**defaults | values)  # type: ignore[arg-type]


def key(**values: str) -> RequestKey:
    """A key nobody has used yet."""
    defaults = {"route": "test", "key": uuid4().hex, "body_hash": "same"}
    return RequestKey(**defaults | values)
