"""Paths: what may stand in ours, and which lead back to this site."""

from werkzeug.routing import BaseConverter


class SlugConverter(BaseConverter):
    """Lets through what can be a slug, as in `/t/<slug:therapist>`; all else is not found."""

    regex = "[A-Za-z0-9_-]{1,100}"


class TokenConverter(BaseConverter):
    """Lets through what can be a token, so that a word of a path beside it is none."""

    regex = "[0-9a-f]{32}[A-Za-z0-9_-]{22}"


def same_site_path(text: str, *, fallback: str) -> str:
    """Return `text` if it is a path of this site, else `fallback`.

    Browsers read a backslash as a slash and drop tabs and line breaks, so that `/\\evil` and
    `/<tab>/evil` lead to another site.
    """
    odd = any(character == "\\" or not character.isprintable() for character in text)
    if odd or not text.startswith("/") or text.startswith("//"):
        return fallback
    return text
