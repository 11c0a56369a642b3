"""`stillhour check` tries every setting for real and says what does not answer."""

from pathlib import Path

from flask import Flask

from app import create_app
from booking.models import db
from tests.databases import migrated, settings_for

# Nobody listens there.
NOWHERE = "127.0.0.1:1"


def made(folder: Path, **more: str) -> Flask:
    return migrated(settings_for(f"sqlite:///{folder}/own.sqlite3", folder, **more))


def said(app: Flask) -> str:
    """Return what the check says; it is not content."""
    outcome = app.test_cli_runner().invoke(args=["check"])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert outcome.exit_code == 1
    return outcome.output


def test_what_does_not_answer_is_named(tmp_path: Path) -> None:
    app = made(
        tmp_path,
        SMTP_URL=f"smtp://{NOWHERE}",
        REDIS_URL=f"redis://{NOWHERE}",
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN="0" * 32,
        TWILIO_FROM="+16025550142",
        TWILIO_API_BASE_URL=f"http://{NOWHERE}",
    )

    told = said(app)

    for name in ("the mail server", "Redis", "Twilio"):
        assert f"LOOK  {name} does not take us" in told


def test_what_is_off_is_no_fault_but_mail_is_needed(tmp_path: Path) -> None:
    told = said(made(tmp_path))

    assert "LOOK  mail is off: set SMTP_URL and MAIL_FROM" in told
    assert "ok    texts are off" in told
    assert "ok    no REDIS_URL" in told
    assert "LOOK  PUBLIC_URL is http://127.0.0.1:8000: people must reach you over https" in told
    assert "LOOK  there is no practice yet" in told


def test_a_database_that_was_never_made_is_sent_to_be_made(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/bare.sqlite3", tmp_path))

    assert "run stillhour db upgrade" in said(app)


def test_a_database_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    app = create_app(settings_for(f"postgresql://{NOWHERE}/stillhour", tmp_path))

    assert "LOOK  the database does not answer" in said(app)


def test_the_demo_says_that_it_is_one(tmp_path: Path) -> None:
    told = said(made(tmp_path, DEMO="1", VIDEO_PROVIDER="demo"))

    assert "ok    video is demo" in told
    assert "ok    mail is demo" in told
    assert "LOOK  DEMO is on: made-up data" in told
