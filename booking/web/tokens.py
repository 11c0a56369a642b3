"""From the token in a path to the one person it was made for."""

from booking.adapters.links import Purpose, id_in
from booking.clock import utcnow
from booking.errors import NotFound
from booking.models import Participant, SeriesMember
from booking.queries.coming import Seat
from booking.queries.guardians import may_see
from booking.queries.participants import participant_by_link
from booking.queries.series import member_by_link
from booking.web.wiring import parts, reading

MANAGING = (Purpose.MANAGE, Purpose.MAILED)
MANAGING_SERIES = (Purpose.SERIES, Purpose.SERIES_MAILED)


def participant_for(token: str, *purposes: Purpose) -> tuple[Participant, Purpose]:
    """Return whom the token was made for, and for which of `purposes`.

    Unknown, malformed, tampered with, revoked or made for something else: all one
    `NotFound`, so that an answer never tells which.
    """
    link_id = id_in(token)
    participant = participant_by_link(reading(), link_id) if link_id else None
    if participant is not None:
        for purpose in purposes:
            if parts().links.holds(token, purpose, participant.link_version):
                return _seen(participant), purpose
    raise NotFound("booking")


def member_for(token: str, *purposes: Purpose) -> tuple[SeriesMember, Purpose]:
    """Return which member of a series the token was made for; the same `NotFound`, if nobody."""
    link_id = id_in(token)
    member = member_by_link(reading(), link_id) if link_id else None
    if member is not None:
        for purpose in purposes:
            if parts().links.holds(token, purpose, member.link_version):
                return _seen(member), purpose
    raise NotFound("booking")


def _seen(seat: Seat) -> Seat:
    """Return the seat, unless it is a guardian's who is not to see it: then there is nothing."""
    if not may_see(reading(), seat, now=utcnow()):
        raise NotFound("booking")
    return seat
