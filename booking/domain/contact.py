"""Cleans what people type about themselves.

Each cleaner returns a value safe to store, show and put into a message, or raises
`ValueError` with one of four codes as its message; the edges turn the code into words.
"""

import re
import unicodedata

MISSING = "missing"
TOO_LONG = "too_long"
CHARACTERS = "characters"
FORMAT = "format"

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
HIDDEN = "•••"

# Composing characters shortens a text, at most this much. Anything longer is refused before
# it is normalised: that takes time by the square of a run of combining marks.
_DECOMPOSED = 8

_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = frozenset(_BIDI + "\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb")
# Code points set aside for ever, which no text may hold: these, and the last two of each plane.
_SET_ASIDE = range(0xFDD0, 0xFDF0)
_LAST_TWO = 0xFFFE
# These count as letters or symbols and yet show nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Python's mail parser decodes an encoded word found in a header, line breaks and all, so a
# name in this form can add headers of its own (CVE-2024-6923).
_ENCODED_WORD = "=?"

_LOCAL_CHARACTERS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
# The old and the new rules for domains disagree on these, so a mail could reach a stranger.
_AMBIGUOUS = frozenset("ßẞς\u200c\u200d")

_FEWEST_DIGITS_TO_SHOW_FOUR = 8


def person_name(text: str, *, limit: int = 80) -> str:
    """Return the name composed (NFC), trimmed, and with single spaces; at most `limit` long."""
    name = " ".join(_composed(text, limit).split())
    if not _shows(name):
        raise ValueError(MISSING)
    if _ENCODED_WORD in name:
        raise ValueError(CHARACTERS)
    return _bounded(name, limit)


def free_text(text: str, *, limit: int = 300) -> str:
    """Return the text composed (NFC) and trimmed, its lines ended by a line feed; may be empty."""
    lines = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    cleaned = _composed(lines, limit, allowed="\n").strip()
    return _bounded(cleaned, limit) if _shows(cleaned) else ""


def email(text: str) -> str:
    """Return the address to send to, its domain in lower case and ASCII (IDNA).

    The part before the @ stays as typed: only its own host may say that case is nothing.
    """
    address = _composed(text, LONGEST_EMAIL).strip()
    if not address:
        raise ValueError(MISSING)
    _bounded(address, LONGEST_EMAIL)
    local, at, domain = address.partition("@")
    if not at or "@" in domain:
        raise ValueError(FORMAT)
    return _bounded(f"{_local_part(local)}@{_ascii_domain(domain)}", LONGEST_EMAIL)


def email_key(text: str) -> str:
    """Return what two spellings of one address have in common, for comparing only."""
    return email(text).casefold()


def masked_email(address: str) -> str:
    """Return enough of the address for its owner to know it, and no more."""
    local, at, domain = address.rpartition("@")
    return f"{local[0]}{HIDDEN}@{domain}" if at and local and domain else HIDDEN


def masked_phone(number: str) -> str:
    """Return the last four digits, or none of a number too short to hide the rest."""
    digits = [character for character in number if character.isdecimal()]
    if len(digits) < _FEWEST_DIGITS_TO_SHOW_FOUR:
        return HIDDEN
    return f"{HIDDEN}-{''.join(digits[-4:])}"


def _composed(text: str, limit: int, *, allowed: str = "") -> str:
    trimmed = text.strip(" ")
    if len(trimmed) > limit * _DECOMPOSED:
        raise ValueError(TOO_LONG)
    if any(_is_unsafe(character) for character in trimmed if character not in allowed):
        raise ValueError(CHARACTERS)
    return unicodedata.normalize("NFC", trimmed)


def _is_unsafe(character: str) -> bool:
    return (
        unicodedata.category(character) in _CONTROLS
        or character in _UNSEEN
        or _is_noncharacter(ord(character))
    )


def _is_noncharacter(code: int) -> bool:
    return code in _SET_ASIDE or code & _LAST_TWO == _LAST_TWO


def _shows(text: str) -> bool:
    return any(
        unicodedata.category(character)[0] not in "MZ"
        and unicodedata.category(character) != "Cf"
        and character not in _BLANK
        for character in text
    )


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(TOO_LONG)
    return text


def _local_part(local: str) -> str:
    if local and (not _LOCAL_CHARACTERS.fullmatch(local) or _ENCODED_WORD in local):
        raise ValueError(CHARACTERS)
    if "" in local.split("."):
        raise ValueError(FORMAT)
    return _bounded(local, LONGEST_LOCAL_PART)


def _ascii_domain(domain: str) -> str:
    if not _AMBIGUOUS.isdisjoint(domain):
        raise ValueError(CHARACTERS)
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError(FORMAT) from None
    if not _DOMAIN.fullmatch(encoded):
        raise ValueError(FORMAT)
    return encoded
