"""Saying what was refused, to an operator at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from booking.adapters.phones import e164
from booking.errors import BookingError, InvalidInput, NotFound

WORDS = {
    "missing": "is missing",
    "too_long": "is too long",
    "characters": "has characters that cannot be used",
    "format": "does not look right",
    "unknown": "is not known",
    "taken": "is taken already",
    "order": "ends before it begins",
    "overlap": "overlaps itself",
    "telling": "tells what the appointment is about; choose a name that does not",
    "past": "is over already",
}


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn a refusal into a sentence and exit status 1. Nothing was changed then."""
    try:
        yield
    except InvalidInput as refused:
        said = [
            f"{p.field.replace('_', ' ')} {WORDS.get(p.code, p.code)}" for p in refused.problems
        ]
        raise click.ClickException("; ".join(said)) from None
    except NotFound as refused:
        raise click.ClickException(f"there is no such {refused.what}") from None
    except BookingError as refused:
        raise click.ClickException(str(refused)) from None


def number(text: str, *, country: str = "US") -> str:
    """Return a telephone number as networks want it."""
    try:
        return e164(text, country=country)
    except ValueError:
        raise click.ClickException("phone does not look right") from None


def day(moment: datetime | None) -> date | None:
    """Return the date of what click read as a date."""
    return None if moment is None else moment.date()
