"""A standing hour without an end, topped up between whatever else is done to it.

Nothing of its rule is ever lost without a word: each date up to the last one considered is an
appointment, whatever became of it, or it is written down why there is none.
"""

from contextlib import suppress
from datetime import date, time, timedelta
from itertools import takewhile

from flask import Flask
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.errors import BookingError
from booking.models import Appointment, Series, SeriesQuestion, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.changes import cancel, move
from booking.services.parts import EXTENSION
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices
from booking.services.series.changing import Change, change_series
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour, plan_change
from booking.services.series.settling import settle_question
from booking.services.series.topping_up import top_up
from tests import factories
from tests.databases import empty
from tests.factories import NOW
from tests.services.series.life import A_DAY, WEEK, instant
from tests.services.series.rows import claims, held_for_nobody, held_twice
from tests.services.series.standing import asked_for, client_of, live_dates, sign, therapist_of

EVERY = st.none() | st.integers(1, 3)
TIMES = st.sampled_from([time(9), time(10), time(13), time(16)])
DAYS = st.frozensets(st.integers(0, 4), min_size=1, max_size=2)


class EndlessHour(RuleBasedStateMachine):
    """One open-ended series, agreed to; `app` is set before it runs."""

    app: Flask

    @initialize(every_weeks=st.integers(1, 2))
    def begin(self, every_weeks: int) -> None:
        empty(db.engine)
        factories.practice()
        factories.amara()
        self.parts, self.now = self.app.extensions[EXTENSION], NOW
        asked = asked_for(self.parts, pattern=Pattern(every_weeks=every_weeks))
        self.series_id = asked.id
        self.given_up: set[date] = set()
        sign(asked.members[0].id)

    @rule(weeks=st.integers(1, 5))
    def time_passes(self, weeks: int) -> None:
        self.now += weeks * WEEK
        top_up(now=self.now)

    @rule(index=st.integers(0, 20))
    def one_is_skipped(self, index: int) -> None:
        seat = self._ahead(index).participants[0].id
        with suppress(BookingError):
            cancel(seat, accept_late=True, reason="", parts=self.parts, now=self.now)

    @rule()
    def the_last_is_skipped(self) -> None:
        self.one_is_skipped(-1)

    @rule(index=st.integers(0, 20), days=st.integers(-3, 3), at=TIMES)
    def one_is_moved(self, index: int, days: int, at: time) -> None:
        each = self._ahead(index)
        to = instant(each.starts_at.date() + days * A_DAY, at)
        with suppress(BookingError):
            move(each.participants[0].id, to, now=self.now)

    @rule(index=st.integers(0, 20), days=st.none() | DAYS, at=st.none() | TIMES, every=EVERY)
    def the_rest_changes(
        self, index: int, days: frozenset[int] | None, at: time | None, every: int | None
    ) -> None:
        each, new = self._ahead(index), NewHour(every_weeks=every, weekdays=days, at=at)
        since = each.occurrence or each.starts_at.date()
        series = self._series()
        with suppress(BookingError):
            plan = plan_change(db.session(), series, new, since=since, now=self.now)
            clashing = [d.rung.starts_at for d in plan.dates if d.rung and not d.rung.is_open]
            off = self._off(since) + len(clashing)
            change = Change(self.series_id, since, new, Choices(frozenset(clashing), {}))
            db.session.rollback()
            change_series(change, actor=therapist_of(self._series()), now=self.now)
            # What was off already, or is left out now, stays off under the new rule.
            self.given_up = self._lost()
            assert len(self.given_up) <= off

    @rule(first=st.integers(0, 130), length=st.integers(0, 130))
    def there_is_a_pause(self, first: int, length: int) -> None:
        start = self.now.date() + first * A_DAY
        wanted = Pause(self.series_id, start, start + length * A_DAY)
        with suppress(BookingError):
            pause(wanted, accept_late=True, actor=client_of(self._series()), now=self.now)

    @rule(days=st.integers(0, 200))
    def it_goes_on(self, days: int) -> None:
        on = self.now.date() + days * A_DAY
        with suppress(BookingError):
            resume(self.series_id, on, actor=client_of(self._series()), now=self.now)

    @rule(day=st.integers(0, 150), at=TIMES, hours=st.sampled_from([4, 24, 24 * 8]))
    def the_therapist_is_away(self, day: int, at: time, hours: int) -> None:
        start = instant(self.now.date() + day * A_DAY, at)
        span = Interval(max(start, self.now), start + timedelta(hours=hours))
        if span.start < span.end:
            add_time_off(self._series().therapist_id, span, actor=SYSTEM, now=self.now)

    @rule(made=st.booleans(), days=st.integers(-2, 2))
    def the_therapist_decides(self, made: bool, days: int) -> None:
        question = db.session.scalars(
            select(SeriesQuestion).where(SeriesQuestion.settled_at.is_(None))
        ).first()
        if question is None:
            return
        whose, key = question.series.therapist_id, question.id
        to = question.starts_at + days * A_DAY if made else None
        with suppress(BookingError):
            settle_question(key, whose, to, now=self.now)

    @invariant()
    def nothing_of_the_rule_is_lost(self) -> None:
        if hasattr(self, "series_id"):
            assert self._lost() <= self.given_up

    @invariant()
    def no_time_is_held_twice_or_for_nobody(self) -> None:
        if hasattr(self, "series_id"):
            assert (held_twice(), held_for_nobody()) == (0, [])
            assert claims() == len(live_dates(self.series_id))

    def _lost(self) -> set[date]:
        """Return the dates of the rule ahead of which nothing is written down."""
        series = self._series()
        rule_ = takewhile(lambda day: day <= series.made_until, series.part.hour.repeat.dates())
        due = {day for day in rule_ if series.part.hour.time.on(day) > self.now}
        return due - self._written(Appointment) - self._written(SeriesQuestion)

    def _off(self, since: date) -> int:
        """Return how many dates from `since` on do not take place, by anybody's decision."""
        off = select(func.count(Appointment.id)).where(
            Appointment.occurrence >= since, Appointment.status == Status.CANCELLED
        )
        decided = select(func.count(SeriesQuestion.id)).where(
            SeriesQuestion.occurrence >= since, SeriesQuestion.settled_as == "skipped"
        )
        again = sum(day >= since for day in self.given_up)
        return db.session.scalars(off).one() + db.session.scalars(decided).one() + again

    def _series(self) -> Series:
        return db.session.get_one(Series, self.series_id, populate_existing=True)

    def _ahead(self, index: int) -> Appointment:
        """Return one of the dates ahead; there always is one, since it has no end."""
        ahead = [each for each in live_dates(self.series_id) if each.starts_at > self.now]
        assume(ahead)
        return ahead[index % len(ahead)]

    def _written(self, table: type[Appointment | SeriesQuestion]) -> set[date]:
        query = select(table.occurrence).where(table.occurrence.is_not(None))
        return {day for day in db.session.scalars(query) if day is not None}
