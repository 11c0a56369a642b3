"""What somebody chose for single dates, as it stands in a form."""

from collections.abc import Mapping
from datetime import datetime

from booking.services.series.booking import Choices
from booking.web.booking_pages.asked import instant_in
from booking.web.instants import rfc3339

_PREFIX = "date-"
SKIP = "skip"
# Nobody has more dates ahead; whoever sends more means no good.
MOST = 200


def field_of(start: datetime) -> str:
    return f"{_PREFIX}{rfc3339(start)}"


def choices_in(form: Mapping[str, str]) -> Choices:
    """Return the choices of a form; what makes no sense is left to be asked again."""
    skip: set[datetime] = set()
    move: dict[datetime, datetime] = {}
    for name in [each for each in form if each.startswith(_PREFIX)][:MOST]:
        start, to = instant_in(name.removeprefix(_PREFIX)), instant_in(form[name])
        if start is not None and form[name] == SKIP:
            skip.add(start)
        elif start is not None and to is not None and to != start:
            move[start] = to
    return Choices(frozenset(skip), move)
