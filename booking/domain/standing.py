"""How far a standing hour has come, and what may become of it."""

from enum import StrEnum

from booking.errors import IllegalTransition


class SeriesStatus(StrEnum):
    """`offered`: its first dates are held for somebody to accept. `requested`: it waits for the
    agreement or for the therapist. `ended`: no more dates come, though some may lie ahead.
    """

    OFFERED = "offered"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ENDED = "ended"
    DECLINED = "declined"
    EXPIRED = "expired"

    @property
    def is_live(self) -> bool:
        """Return whether people still expect to meet."""
        return self in {SeriesStatus.REQUESTED, SeriesStatus.CONFIRMED}


_NEXT: dict[SeriesStatus, frozenset[SeriesStatus]] = {
    SeriesStatus.OFFERED: frozenset(
        {SeriesStatus.REQUESTED, SeriesStatus.CONFIRMED, SeriesStatus.EXPIRED}
    ),
    SeriesStatus.REQUESTED: frozenset(
        {
            SeriesStatus.CONFIRMED,
            SeriesStatus.ENDED,
            SeriesStatus.DECLINED,
            SeriesStatus.EXPIRED,
        }
    ),
    SeriesStatus.CONFIRMED: frozenset({SeriesStatus.ENDED}),
    SeriesStatus.ENDED: frozenset(),
    SeriesStatus.DECLINED: frozenset(),
    SeriesStatus.EXPIRED: frozenset(),
}


def check_next(current: SeriesStatus, target: SeriesStatus) -> None:
    """Raise `IllegalTransition` unless a series may go from `current` to `target`."""
    if target not in _NEXT[current]:
        raise IllegalTransition(current=current, target=target)


class OfferStatus(StrEnum):
    """What became of standing times that a therapist offered to somebody."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Scope(StrEnum):
    """Which dates of a series a change is for. The value is the word of the API."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"
