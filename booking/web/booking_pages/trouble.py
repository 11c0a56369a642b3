"""What came in the way of a choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.errors import Rule
from booking.web.booking_pages.typed import Draft

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422


@dataclass(frozen=True, slots=True)
class Trouble:
    """What came in the way of a choice, and the answers that were typed before it."""

    rule: Rule | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    carried: Draft = field(default_factory=dict)

    @property
    def status(self) -> int:
        if self.rule in {Rule.TAKEN, Rule.BUFFER}:
            return CONFLICT
        return UNPROCESSABLE if self.rule or self.problems else OK


NONE = Trouble()
