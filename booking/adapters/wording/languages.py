"""The languages people are written to in, and their translations."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.support import NullTranslations, Translations

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH,)
FOLDER = Path(__file__).resolve().parents[2] / "translations"


def known(language: str) -> str:
    """Return `language` if we can write it, else English."""
    return language if language in LANGUAGES else LANGUAGES[0]


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """Return the translations into `language`; a language without any is left as written."""
    return Translations.load(FOLDER, [known(language)])
