"""What every page says of the practice, and the kind answer before there is one."""

from dataclasses import dataclass

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from booking.adapters.phones import spoken
from booking.errors import NotFound
from booking.queries.practices import the_practice
from booking.web.wiring import reading

_KEPT = "stillhour.practice"
WORKS_WITHOUT = frozenset({None, "health", "api", "hooks"})


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """What templates know as `practice`. Titles say `outside_name`, pages may say `name`."""

    name: str
    outside_name: str
    phone: str = ""
    phone_words: str = ""
    desk_hours: str = ""
    time_zone: str = "UTC"
    country: str = "US"
    sees_abroad: bool = False
    cancel_hours: int = 0
    late_fee_cents: int = 0


NOBODY_YET = PracticeFacts("Stillhour", "Stillhour")


def register(app: Flask) -> None:
    """Refuse every page until the practice is set up."""

    @app.before_request
    def require_practice() -> None:
        if request.blueprint not in WORKS_WITHOUT:
            practice_facts()


def practice_facts() -> PracticeFacts:
    """Return what pages say of the practice, read once a request; raise `NotFound`."""
    # Kept with the request, since a test may hold one application context for many.
    kept = request.environ.get(_KEPT)
    if isinstance(kept, PracticeFacts):
        return kept
    practice = the_practice(reading())
    facts = PracticeFacts(
        name=practice.name,
        outside_name=practice.outside_name,
        phone=practice.phone,
        phone_words=spoken(practice.phone, country=practice.country),
        desk_hours=practice.desk_hours,
        time_zone=practice.time_zone,
        country=practice.country,
        sees_abroad=practice.sees_abroad,
        cancel_hours=practice.cancel_hours,
        late_fee_cents=practice.late_fee_cents,
    )
    request.environ[_KEPT] = facts
    return facts


def facts_or_none() -> PracticeFacts:
    """Return the same, or a neutral stand-in: a page that tells of trouble needs a frame too."""
    try:
        return practice_facts()
    except (NotFound, SQLAlchemyError):
        return NOBODY_YET
