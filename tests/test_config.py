"""Settings: read once, complete or refused, with every fault named in one go."""

from pathlib import Path

import pytest

import app as program
from booking.config import BadSettings, Settings

KEY = "k" * 32
SOUND = {"SECRET_KEY": KEY}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+15550001111"}


def faults(**env: str) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        Settings.read(SOUND | env)
    return refused.value.faults


@pytest.mark.parametrize(
    ("env", "fault"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set, 32 characters or longer"),
        ({"SECRET_KEY": KEY[1:]}, "SECRET_KEY must be set, 32 characters or longer"),
        ({"RATE_LIMITS": "perhaps"}, "RATE_LIMITS must be on or off"),
        ({"PORT": "0"}, "PORT must be a number from 1 to 65535"),
        ({"PORT": "many"}, "PORT must be a number from 1 to 65535"),
        ({"PUBLIC_URL": "book.example"}, "PUBLIC_URL must be an http or https address"),
        ({"PUBLIC_URL": "https://a.example/?x=1"}, "PUBLIC_URL must be an http or https address"),
        ({"SMTP_URL": "smtp://mail.example"}, "MAIL_FROM is needed when SMTP_URL is set"),
        ({"VIDEO_PROVIDER": "zoom"}, "VIDEO_PROVIDER must be jitsi, jaas or link"),
        ({"VIDEO_PROVIDER": "demo"}, "VIDEO_PROVIDER must be jitsi, jaas or link"),
        (
            {"VIDEO_PROVIDER": "jitsi", "JITSI_URL": "https://meet.example"},
            "VIDEO_PROVIDER=jitsi needs JITSI_APP_ID, JITSI_APP_SECRET",
        ),
        (
            {"DEMO": "1", "PUBLIC_URL": "https://book.example"},
            "DEMO=1 serves this machine only: PUBLIC_URL must be loopback",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(env: dict[str, str], fault: str) -> None:
    assert faults(**env) == [fault]


@pytest.mark.parametrize("missing", TWILIO)
def test_half_of_what_texts_need_is_refused(missing: str) -> None:
    half = {name: value for name, value in TWILIO.items() if name != missing}

    [fault] = faults(**half)

    assert fault.startswith("texts need TWILIO_ACCOUNT_SID")


def test_all_faults_are_named_at_once() -> None:
    assert len(faults(SECRET_KEY="", PORT="0", RATE_LIMITS="perhaps")) == 3


def test_the_least_there_can_be_is_sound_and_lies_in_the_data_folder() -> None:
    settings = Settings.read(SOUND)

    assert settings.data_dir == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/stillhour.sqlite3"
    assert (settings.port, settings.public_url) == (8000, "http://127.0.0.1:8000")
    assert (settings.twilio, settings.redis_url, settings.demo) == (None, None, False)
    assert not settings.secure


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_either_name_of_postgresql_is_understood(scheme: str) -> None:
    settings = Settings.read(SOUND | {"DATABASE_URL": f"{scheme}://db.example/stillhour"})

    assert settings.database_url == "postgresql+psycopg://db.example/stillhour"
    assert settings.dialect == "postgresql"


def test_nothing_secret_is_in_what_is_printed() -> None:
    secrets = {
        "DATABASE_URL": "postgresql://u:hidden@db.example/x",
        "SMTP_URL": "smtp://u:hidden@mail.example",
        "MAIL_FROM": "a@example.com",
        "REDIS_URL": "redis://:hidden@redis.example",
    }

    shown = repr(Settings.read(SOUND | secrets | TWILIO | {"TWILIO_AUTH_TOKEN": "hidden"}))

    assert "hidden" not in shown
    assert KEY not in shown


def test_the_command_says_what_is_wrong_and_does_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setattr("sys.argv", ["stillhour", "check"])

    with pytest.raises(SystemExit) as ended:
        program.cli()

    assert ended.value.code == 2
    assert "stillhour: SECRET_KEY must be set" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
