"""Who of those that take part really comes: not who only books for them, or pays."""

from collections.abc import Iterable
from typing import TypeVar

from booking.domain.participants import ParticipantStatus, Role
from booking.models import Participant, SeriesMember

Seat = TypeVar("Seat", Participant, SeriesMember)


def who_come(seats: Iterable[Seat]) -> list[Seat]:
    """Return those who come, or who came if all of them have left."""
    coming = [seat for seat in seats if seat.role is Role.CLIENT]
    return [seat for seat in coming if seat.status is ParticipantStatus.ATTENDING] or coming


def may_arrange(seat: Participant | SeriesMember) -> bool:
    """Return whether somebody may move it or call it off for everybody.

    Others who come may only leave, and whoever only pays does neither.
    """
    here = seat.status is ParticipantStatus.ATTENDING
    return here and seat.books and seat.role is not Role.PAYER


def is_written_to(seat: Participant | SeriesMember) -> bool:
    """Return whether news may go to them: they are still in it, can be reached, and come or care.

    A small child has no address, and whoever only pays has no dates of their own.
    """
    here = seat.status is ParticipantStatus.ATTENDING and seat.role is not Role.PAYER
    return here and bool(seat.person.email)
