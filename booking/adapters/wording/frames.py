"""The templates of mails and texts, apart from those of the web: no request, no Flask.

A mail is worded once, out of blocks (`templates/mail/as_text.jinja`, `as_html.jinja`), and
takes its two shapes from the blocks. In the HTML shape everything is escaped by default.
"""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking.adapters.wording import series_words, times
from booking.adapters.wording.languages import known, translations

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


@lru_cache(maxsize=8)
def environment(language: str, *, html: bool) -> Environment:
    """Return the templates in one language, for HTML or for plain text."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,  # noqa: S701  # plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(times.FILTERS)
    made.filters.update(series_words.FILTERS)
    made.globals["span"] = times.span
    made.globals["lang"] = known(language)
    return made
