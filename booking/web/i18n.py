"""Words and frames: translations, what every template knows, and the addresses of files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, g
from flask_babel import Babel

from booking.config import Settings
from booking.web.practice import facts_or_none

LANGUAGE = "en"
_DIGITS = 12


def register(app: Flask, settings: Settings) -> None:
    """Set up gettext and the context of every template."""
    Babel(
        app,
        default_locale=LANGUAGE,
        default_translation_directories="booking/translations",
        locale_selector=lambda: LANGUAGE,
    )

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "practice": facts_or_none(),
            "demo": settings.demo,
            "staff": g.get("staff"),
            "lang": LANGUAGE,
        }

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, object]) -> None:
        name = values.get("filename")
        # A style sheet names its fonts without a digest; with one they would load twice.
        if endpoint == "static" and isinstance(name, str) and not name.startswith("fonts/"):
            digest = _digest(Path(app.static_folder or "static") / name)
            values.setdefault("v", digest)


@lru_cache(maxsize=256)
def _digest(path: Path) -> str | None:
    """Return a few digits of what is in the file, so that a new file has a new address."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    except OSError:
        return None
