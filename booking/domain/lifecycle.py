"""What an appointment can be, and the moves allowed between its states."""

from enum import StrEnum

from booking.errors import IllegalTransition


class Kind(StrEnum):
    """What a session type is for."""

    CONSULTATION = "consultation"
    INTAKE = "intake"
    INDIVIDUAL = "individual"
    COUPLES = "couples"
    FAMILY = "family"
    GROUP = "group"


# For one person alone. The others are for as many as were there from the first.
FOR_ONE = frozenset({Kind.CONSULTATION, Kind.INTAKE, Kind.INDIVIDUAL})


def may_go_on_as(kind: Kind, other: Kind) -> bool:
    """Return whether those who meet for the one may go on meeting for the other."""
    return kind is other or {kind, other} <= FOR_ONE


class Modality(StrEnum):
    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Status(StrEnum):
    HELD = "held"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    COMPLETED = "completed"
    NO_SHOW = "no_show"

    @property
    def is_live(self) -> bool:
        """Return whether people still expect to meet."""
        return self in LIVE


# States in which the appointment keeps its claim on time. Coming or not coming does not
# give the time back: a claim ends by the clock or by cancelling.
HOLDING = frozenset(
    {Status.HELD, Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW}
)
LIVE = frozenset({Status.REQUESTED, Status.CONFIRMED})

_MOVES: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.REQUESTED, Status.CONFIRMED, Status.EXPIRED}),
    Status.REQUESTED: frozenset(
        {Status.CONFIRMED, Status.DECLINED, Status.CANCELLED, Status.EXPIRED}
    ),
    Status.CONFIRMED: frozenset({Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW}),
    # A hold that ran out may be taken up again while the time is still open, and an
    # Undo books a cancelled time anew.
    Status.EXPIRED: frozenset({Status.HELD, Status.REQUESTED, Status.CONFIRMED}),
    Status.CANCELLED: frozenset({Status.REQUESTED, Status.CONFIRMED}),
    Status.DECLINED: frozenset(),
    Status.COMPLETED: frozenset({Status.NO_SHOW}),
    Status.NO_SHOW: frozenset({Status.COMPLETED}),
}


def check_move(current: Status, target: Status) -> None:
    """Raise `IllegalTransition` unless an appointment may go from `current` to `target`."""
    if target not in _MOVES[current]:
        raise IllegalTransition(current=current, target=target)
