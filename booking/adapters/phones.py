"""Telephone numbers, as people write them and as networks want them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST = 40


def e164(text: str, *, country: str) -> str:
    """Return `text` as an E.164 number, read as dialled in `country` (ISO 3166-1 alpha-2).

    Raises `ValueError` with a short code: "missing", "too_long" or "format".
    """
    text = text.strip()
    if not text:
        raise ValueError("missing")
    if len(text) > LONGEST:
        raise ValueError("too_long")
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException as error:
        raise ValueError("format") from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise ValueError("format")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def spoken(number: str, *, country: str) -> str:
    """Return an E.164 number as people in `country` write it: 602-555-0142."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if parsed.country_code == phonenumbers.country_code_for_region(country):
        text = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    else:
        text = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return str(text).replace("(", "").replace(") ", "-")


def region(number: str) -> str | None:
    """Return the ISO code of the country an E.164 number belongs to, if it is known."""
    try:
        code = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return None
    return str(code) if code else None
