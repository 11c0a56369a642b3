"""Everything that can go other than asked.

BookingError              the request was understood and turned down
 ├─ NotFound                no such thing, or not yours to see
 ├─ SlotTaken               someone else holds that time; carries the nearest open ones
 ├─ RuleBroken              one rule of the practice forbids it; `rule` names which
 │   └─ LateCancel            past the cut-off, and the fee was not accepted
 ├─ InvalidInput            some fields cannot be used; `problems` names each
 ├─ HoldExpired             the time was let go while the form was filled in
 ├─ IllegalTransition       the appointment is past that
 │   └─ OfferEnded            what a therapist offered can no longer be answered
 ├─ NotProved               what was entered does not prove who it is; never says which part
 ├─ TooManyTries            the same was tried too often; later, or another way
 ├─ KeyReused               an idempotency key came back with another body
 └─ InFlight                the same request is being worked on right now
ProviderError             an outside service failed us (video, text, mail)
 ├─ ProviderUnavailable     nothing happened there; a later try may succeed
 ├─ ProviderRejected        nothing happened there, and no later try will succeed
 └─ OutcomeUnknown          it may have happened; find out before trying again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Rule(StrEnum):
    """The rules that can hold a time back. The value is the code of the API."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    SESSION_TYPE = "session_type"
    LICENCE = "licence"
    OUTSIDE_HOURS = "outside_hours"
    OFF_GRID = "off_grid"
    LIMIT = "limit"
    TAKEN = "slot_taken"
    BUFFER = "buffer"
    POLICY = "policy"


class BookingError(Exception):
    """A refusal with a stable `code`. Words for people are chosen at the edges, by code."""

    code = "booking_error"


class NotFound(BookingError):
    code = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(f"no such {what}")
        self.what = what


class SlotTaken(BookingError):
    code = "slot_taken"

    def __init__(self, alternatives: Sequence[datetime] = ()) -> None:
        super().__init__("that time is taken")
        self.alternatives = tuple(alternatives)


class RuleBroken(BookingError):
    """`alternatives` are the nearest times that break no rule, where they were asked for."""

    code = "policy"

    def __init__(self, rule: Rule, alternatives: Sequence[datetime] = ()) -> None:
        super().__init__(f"refused by the rule: {rule}")
        self.rule = rule
        self.code = rule.value
        self.alternatives = tuple(alternatives)


class LateCancel(RuleBroken):
    """Cancelling now is late; `fee_cents` is what accepting it costs."""

    def __init__(self, fee_cents: int) -> None:
        super().__init__(Rule.POLICY)
        self.fee_cents = fee_cents


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: its name, and a code the edges turn into words."""

    field: str
    code: str


class InvalidInput(BookingError):
    code = "validation"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


class HoldExpired(BookingError):
    """`still_open` says whether the same time could be held again at that moment."""

    code = "hold_expired"

    def __init__(self, *, still_open: bool) -> None:
        super().__init__("the hold ran out")
        self.still_open = still_open


class IllegalTransition(BookingError):
    code = "policy"

    def __init__(self, *, current: str, target: str) -> None:
        super().__init__(f"an appointment that is {current} cannot become {target}")
        self.current = current
        self.target = target


class OfferEnded(IllegalTransition):
    """The offer `offer_id` was answered, withdrawn, or ran out."""

    def __init__(self, offer_id: int, *, current: str, target: str) -> None:
        super().__init__(current=current, target=target)
        self.offer_id = offer_id


class NotProved(BookingError):
    code = "not_proved"


class TooManyTries(BookingError):
    code = "too_many_tries"


class KeyReused(BookingError):
    code = "key_reused"


class InFlight(BookingError):
    code = "in_flight"


class ProviderError(Exception):
    """An outside service did not do as asked. Carries no client data: it will be logged."""


class ProviderUnavailable(ProviderError):
    """Nothing happened there; a later try may succeed."""


class ProviderRejected(ProviderError):
    """Nothing happened there, and no later try will succeed. `code` is the vendor's own."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class OutcomeUnknown(ProviderError):
    """It may have happened: no answer came back. Never repeated blindly."""
