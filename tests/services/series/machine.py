"""Whatever is done to a standing hour, in whatever order: it is what a plain list says it is.

After every step the dates in the database equal the model's, no time is held twice, and each of
the two who come and their therapist is owed just what there is to say. Whenever their mail goes
out, all three calendars are as the dates are.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.errors import InvalidInput, RuleBroken, SlotTaken
from booking.models import Series, db
from booking.services.audit import SYSTEM, Actor
from booking.services.availability import add_time_off
from booking.services.changes import cancel, move
from booking.services.parts import EXTENSION
from booking.services.series.asking import Pattern
from booking.services.series.changing import Change, change_series
from booking.services.series.leaving import end_series, leave
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour
from tests import factories
from tests.databases import empty
from tests.factories import MONDAY_9AM, NOW
from tests.services.series.couples import join_in
from tests.services.series.heard import KIM, SAM, Audience
from tests.services.series.life import A_DAY, NEW_YORK, WEEK, Plain, Slot, instant
from tests.services.series.rows import claims, held_for_nobody, held_twice, seats_kept
from tests.services.series.standing import asked_for, live_dates, sign

DATES = 10
TIMES = st.sampled_from([time(9), time(10), time(13), time(16)])
INDEX = st.integers(0, DATES - 1)


class StandingHour(RuleBasedStateMachine):
    """One series, agreed to; `app` is set before it runs."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        empty(db.engine)
        factories.practice()
        factories.amara()
        self.parts = self.app.extensions[EXTENSION]
        series = asked_for(self.parts, pattern=Pattern(count=DATES))
        self.series_id, self.now = series.id, NOW
        self.members = {SAM: series.members[0].id, KIM: join_in(series.id)}
        for member_id in self.members.values():
            sign(member_id)
        first = MONDAY_9AM.date()
        days = [first + week * WEEK for week in range(DATES)]
        self.plain = Plain([Slot(day, time(9), instant(day, time(9))) for day in days])
        self.parts.mail.sent.clear()
        self.audience = Audience(self.parts)
        self.audience.listen()

    @rule(weeks=st.integers(1, 2))
    def time_passes(self, weeks: int) -> None:
        self.their_mail_goes_out()
        self.now += weeks * WEEK

    def teardown(self) -> None:
        if hasattr(self, "plain"):
            self.their_mail_goes_out()

    @rule()
    def their_mail_goes_out(self) -> None:
        self.audience.read_their_mail(self.now)
        self.audience.check_calendars(self.plain.live())

    @precondition(lambda self: len(self.audience.present) > 1 and not self.plain.ended)
    @rule(address=st.sampled_from([SAM, KIM]))
    def one_of_them_leaves(self, address: str) -> None:
        leaving = self.members[address]
        actor = Actor("member", leaving)
        leave(leaving, accept_late=True, actor=actor, now=self.now)
        self.audience.heard_of_leaving(address, self.now)

    @rule(index=INDEX)
    def one_is_skipped(self, index: int) -> None:
        self._with(index, self._skip)

    @rule(index=INDEX, days=st.integers(0, 4), at=TIMES)
    def one_is_moved(self, index: int, days: int, at: time) -> None:
        self._with(index, lambda i: self._move(i, days, at))

    @rule(index=INDEX, weekday=st.integers(0, 5), at=TIMES)
    def the_rest_is_moved(self, index: int, weekday: int, at: time) -> None:
        self._with(index, lambda i: self._move_rest(i, weekday, at))

    @rule(index=INDEX)
    def the_rest_is_every_other_week(self, index: int) -> None:
        self._with(index, self._every_other_week)

    @rule(first=st.integers(0, 60), length=st.integers(0, 30))
    def there_is_a_pause(self, first: int, length: int) -> None:
        start = self.now.date() + first * A_DAY
        self._pause(start, start + length * A_DAY)

    @rule(days=st.integers(0, 60))
    def it_goes_on(self, days: int) -> None:
        self._resume(self.now.date() + days * A_DAY)

    @rule(day=st.integers(0, 80), at=TIMES)
    def the_therapist_is_away(self, day: int, at: time) -> None:
        start = instant(self.now.date() + day * A_DAY, at)
        span = Interval(start, start + timedelta(hours=4))
        if span.end > self.now:
            therapist = db.session.scalars(select(Series.therapist_id)).one()
            add_time_off(therapist, span, actor=SYSTEM, now=self.now)
            self.plain.off.append(span)

    @precondition(lambda self: not self.plain.ended and len(self.plain.ahead(self.now)) <= 4)
    @rule(index=INDEX)
    def it_ends(self, index: int) -> None:
        self._with(index, self._end)

    @invariant()
    def the_dates_are_those_of_the_list(self) -> None:
        if hasattr(self, "plain"):
            assert [d.starts_at for d in live_dates(self.series_id)] == self.plain.live()

    @invariant()
    def who_left_comes_to_nothing_more(self) -> None:
        if hasattr(self, "plain"):
            left = [self.members[address] for address in self.audience.left]
            assert seats_kept(left, self.now) == []

    @invariant()
    def no_time_is_held_twice_or_for_nobody(self) -> None:
        if hasattr(self, "plain"):
            assert (held_twice(), held_for_nobody()) == (0, [])
            assert claims() == len(self.plain.live())

    def _with(self, index: int, act: Callable[[int], None]) -> None:
        """Do it to one of the dates ahead, if there are any and it goes on at all."""
        ahead = self.plain.ahead(self.now)
        if ahead and not self.plain.ended:
            act(ahead[index % len(ahead)])

    def _skip(self, index: int) -> None:
        start = self.plain.slots[index].start
        cancel(self._seat(index), accept_late=True, reason="", parts=self.parts, now=self.now)
        assert start is not None
        self.plain.set(index, None)
        self.audience.heard_of_a_date(start, None)

    def _move(self, index: int, days: int, at: time) -> None:
        slot = self.plain.slots[index]
        assert slot.start is not None
        monday = slot.start.astimezone(NEW_YORK).date()
        monday -= monday.weekday() * A_DAY
        to = instant(monday + days * A_DAY, at)
        beside = [start for start in self.plain.live() if start != slot.start]
        fits = self.plain.can_be_had([to], beside)
        try:
            move(self._seat(index), to, now=self.now)
        except (SlotTaken, RuleBroken):
            assert not fits or to < self.now + timedelta(hours=12)
            return
        assert fits or to == slot.start
        self.plain.set(index, to)
        self.audience.heard_of_a_date(slot.start, to)

    def _move_rest(self, index: int, weekday: int, at: time) -> None:
        if index < self.plain.rhythm_since:
            return
        changed = self.plain.reshaped(index, weekday, at)
        before = [slot.start for slot in self.plain.slots]
        moved = [s.start for s, was in zip(changed, before, strict=True) if s.start != was]
        beside = {s.start for s in changed if s.start is not None} - set(moved)
        wanted = [start for start in moved if start is not None]
        # What is off stays off; dates that keep their time may have lost it to time off.
        fits = self.plain.can_be_had(wanted, beside)
        again = [
            s.start
            for s in changed[index:]
            if s.start is not None and s.start in beside and s.start == instant(s.day, at)
        ]
        fits = fits and self.plain.can_be_had(again, ())
        if not self._try_change(index, NewHour(weekdays=frozenset({weekday}), at=at), fits):
            return
        # A change that touches no date changes nothing.
        self._goes_on_as(changed if moved else self.plain.slots, told=bool(moved))

    def _every_other_week(self, index: int) -> None:
        rest = self.plain.slots[index:]
        if index < self.plain.rhythm_since:
            return
        if not all(slot.at == rest[0].at and self.plain.is_ruled(slot) for slot in rest):
            return  # what becomes of exceptions is told in test_reshaping.py
        days = [rest[0].day + 2 * number * WEEK for number in range(len(rest))]
        apart = (rest[1].day - rest[0].day) if len(rest) > 1 else 2 * WEEK
        at = rest[0].at
        starts = [instant(day, at) for day in days]
        fits = self.plain.can_be_had(starts, ())
        if not self._try_change(index, NewHour(every_weeks=2), fits):
            return
        self.plain.rhythm_since = index
        slots = [Slot(day, at, start) for day, start in zip(days, starts, strict=True)]
        self._goes_on_as([*self.plain.slots[:index], *slots], told=apart != 2 * WEEK)

    def _try_change(self, index: int, new: NewHour, fits: bool) -> bool:
        since = self.plain.slots[index].day
        try:
            change_series(Change(self.series_id, since, new), actor=self._client(), now=self.now)
        except RuleBroken:
            # It is too late to move what takes place within a day.
            assert any(start < self.now + A_DAY for start in self._ahead_from(index))
            return False
        except SlotTaken:
            assert not fits
            return False
        assert fits
        return True

    def _ahead_from(self, index: int) -> list[datetime]:
        starts = [slot.start for slot in self.plain.slots[index:]]
        return [start for start in starts if start is not None and start > self.now]

    def _pause(self, first: date, last: date) -> None:
        if self.plain.ended:
            return
        wanted = Pause(self.series_id, first, last)
        try:
            pause(wanted, accept_late=True, actor=self._client(), now=self.now)
        except InvalidInput:
            return  # another pause is ahead, and does not meet this one
        slots = list(self.plain.slots)
        for index in self.plain.ahead(self.now):
            start = slots[index].start
            if start is not None and first <= start.astimezone(NEW_YORK).date() <= last:
                slots[index] = replace(slots[index], start=None, paused=start)
        self._goes_on_as(slots, told=slots != self.plain.slots)

    def _resume(self, on: date) -> None:
        if self.plain.ended:
            return
        back = {
            index: slot.paused
            for index, slot in enumerate(self.plain.slots)
            if slot.paused is not None
            and slot.start is None
            and slot.paused > self.now
            and slot.paused.astimezone(NEW_YORK).date() >= on
        }
        paused = db.session.get_one(Series, self.series_id).paused_from is not None
        fits = self.plain.can_be_had(list(back.values()), self.plain.live())
        try:
            resume(self.series_id, on, actor=self._client(), now=self.now)
        except SlotTaken:
            assert not fits
            return
        if paused:
            assert fits
            slots = list(self.plain.slots)
            for index, start in back.items():
                slots[index] = replace(slots[index], start=start, paused=None)
            self._goes_on_as(slots, told=bool(back))

    def _end(self, index: int) -> None:
        since = self.plain.slots[index].day
        end_series(self.series_id, since, accept_late=True, actor=self._client(), now=self.now)
        for later in self.plain.ahead(self.now):
            if self.plain.slots[later].day >= since:
                self.plain.set(later, None)
        self.plain.ended = True
        self.audience.heard_of_the_end(goes_on=bool(self.plain.ahead(self.now)))

    def _goes_on_as(self, slots: list[Slot], *, told: bool) -> None:
        before, self.plain.slots = self.plain.live(), slots
        if told:
            self.audience.heard_of_a_change(before, self.plain.live())
        else:
            self.audience.heard_nothing()

    def _seat(self, index: int) -> int:
        start = self.plain.slots[index].start
        found = next(d for d in live_dates(self.series_id) if d.starts_at == start)
        mine = self.members[self.audience.present[0]]
        return next(each.id for each in found.participants if each.member_id == mine)

    def _client(self) -> Actor:
        return Actor("member", self.members[self.audience.present[0]])
