"""Everything one session type offers from now to the horizon, read in few statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.openings import Diary, SessionRules, nearest, openings, refusal
from booking.errors import Rule
from booking.models import SessionType
from booking.queries.diaries import diary_of, session_rules
from booking.queries.seats import Asking, group_of, joinable

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenTimes:
    """`starts` are what may be booked, ascending; no write may trust them.

    At those in `joined` a group meets already that has a seat left.
    """

    diary: Diary
    rules: SessionRules
    now: datetime
    state: str | None
    starts: Sequence[datetime]
    joined: Collection[datetime] = ()

    def rule_against(self, starts_at: datetime) -> Rule | None:
        """Return the rule that holds a time back, or None if it is open."""
        if starts_at in self.joined:
            return None
        return refusal(self.diary, self.rules, starts_at, now=self.now, state=self.state)

    def nearest(self, starts_at: datetime, count: int) -> list[datetime]:
        return nearest(self.starts, starts_at, count=count)


def open_times(
    session: Session,
    session_type: SessionType,
    *,
    now: datetime,
    state: str | None,
    without: int | None = None,
) -> OpenTimes:
    """Return the open times for somebody who will be in `state`.

    `without` is an appointment or a hold whose own time does not stand in its way.
    """
    rules = session_rules(session_type)
    window = Interval(now, now + rules.horizon + A_MINUTE)
    diary = diary_of(session, session_type.therapist, window, without=without)
    starts = openings(diary, rules, window=window, now=now, state=state)
    group = group_of(session_type)
    if group is None:
        return OpenTimes(diary, rules, now, state, starts)
    joined = joinable(session, group, diary, Asking(rules, window, now, state, without))
    return OpenTimes(diary, rules, now, state, sorted({*starts, *joined}), frozenset(joined))
