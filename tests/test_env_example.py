"""`.env.example` lists every setting there is, each with a word about it, and would start."""

import re
from pathlib import Path

from booking.config import Settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"
KEY = "k" * 32
TEXTS = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_FROM": "+15550001111"}
# Read by gunicorn, and by what configures it, before there are settings.
NOT_OURS = {"WEB_CONCURRENCY"}


class Asked(dict[str, str]):
    """An environment that remembers which names it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: object = None, /) -> str | None:  # type: ignore[override]
        self.names.add(name)
        return super().get(name)


def example() -> dict[str, str]:
    """Return the settings of the example as a shell would read them."""
    pairs = re.findall(r"(?m)^([A-Z_]+)=(.*)$", EXAMPLE.read_text())
    return dict(pairs)


def test_the_example_lists_every_setting_that_is_read_and_no_other() -> None:
    env = Asked(example() | TEXTS | {"SECRET_KEY": KEY})

    Settings.read(env)

    assert env.names == example().keys() - NOT_OURS


def test_the_example_with_a_key_of_ones_own_is_complete_and_changes_no_default() -> None:
    copied = Settings.read(example() | {"SECRET_KEY": KEY})

    assert copied == Settings.read({"SECRET_KEY": KEY})


def test_every_setting_of_the_example_has_one_line_about_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    settings = [number for number, line in enumerate(lines) if re.match(r"[A-Z_]+=", line)]

    bare = [lines[number] for number in settings if not lines[number - 1].startswith("# ")]

    assert settings
    assert bare == []
