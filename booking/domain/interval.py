"""Half-open spans of time, the one currency of availability and booking."""

from dataclasses import dataclass
from datetime import datetime, timedelta

ZERO = timedelta(0)


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The instants from `start` up to, not including, `end`; both in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != ZERO or self.end.utcoffset() != ZERO:
            raise ValueError(f"interval bounds must be in UTC: {self.start} - {self.end}")
        if self.start >= self.end:
            raise ValueError(f"interval must end after it starts: {self.start} - {self.end}")

    def overlaps(self, other: "Interval") -> bool:
        """Return whether the two share an instant. Touching is not overlapping."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end

    def padded(self, *, before: timedelta, after: timedelta) -> "Interval":
        return Interval(self.start - before, self.end + after)
