"""The dates of a standing hour somebody asks for, looked at now, for the page that shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain.ladder import refused
from booking.domain.zones import zone
from booking.errors import InvalidInput, RuleBroken
from booking.models import SessionType
from booking.queries.practices import the_practice
from booking.services.series.asking import Looked, SeriesAsk, diary_for, look
from booking.services.series.booking import Choices
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.attempts import Attempt
from booking.web.booking_pages.rhythm import in_words
from booking.web.booking_pages.standing import (
    Standing,
    ask_for,
    beside_own,
    choices_in,
    fix_name,
    may_repeat,
    standing_in,
)
from booking.web.booking_pages.trouble import Trouble
from booking.web.views.days import weekdays
from booking.web.views.ladder import Clearer, Ladder, Looking, ladder_of
from booking.web.views.markers import Scale
from booking.web.views.repeat import Answered, Repeat, repeat_of
from booking.web.wiring import reading
from booking.web.words import RULES

WEEKLY = 1


@dataclass(frozen=True, slots=True)
class Climb:
    """Who asks for which dates, on whose clock."""

    asked: Asked
    session_type: SessionType
    attempt: Attempt
    mine: ZoneInfo


def climbed(climb: Climb, trouble: Trouble, now: datetime) -> tuple[Ladder | None, Trouble]:
    """Return every date, if dates are asked for, and what stands in the way of showing them."""
    asked = climb.asked
    if not may_repeat(climb.session_type) or not asked.rhythm.repeats or asked.slot is None:
        return None, trouble
    standing = Standing(asked.slot, asked.rhythm)
    try:
        wanted = ask_for(standing, climb.session_type, asked.state, climb.mine)
        wanted = beside_own(wanted, climb.attempt)
        looked = look(reading(), wanted, client_zone=climb.mine, now=now)
    except InvalidInput as refusal:
        return None, replace(trouble, problems={**trouble.problems, **in_words(refusal)})
    except RuleBroken as broken:
        return None, replace(trouble, rule=broken.rule)
    return _ladder(climb, wanted, looked, trouble, now), trouble


def question(climb: Climb, problems: Mapping[str, str]) -> Repeat | None:
    """Return the question how often to meet, where there is a choice."""
    if not may_repeat(climb.session_type):
        return None
    asked = climb.asked
    rhythm = asked.rhythm
    said = Answered(
        every=rhythm.every,
        count=rhythm.count,
        until=rhythm.until,
        days=rhythm.days,
        slot=asked.slot,
        standing=asked.offer is not None,
    )
    address = f"{asked.address('book.choose').partition('?')[0]}#ladder"
    return repeat_of(said, climb.mine, address=address, problems=problems)


def scale_of(session_type: SessionType, mine: ZoneInfo) -> Scale:
    therapist = session_type.therapist
    return Scale(
        mine=mine,
        theirs=zone(therapist.time_zone),
        name=therapist.first_name,
        anchored_to_client=the_practice(reading()).anchored_to_client,
    )


def _ladder(
    climb: Climb, wanted: SeriesAsk, looked: Looked, trouble: Trouble, now: datetime
) -> Ladder:
    starts = [rung.starts_at for rung in looked.rungs]
    choices = _choices(climb, starts)
    gone = _gone(wanted, choices, starts, now) if trouble.rule is not None else []
    looking = Looking(
        rungs=looked.rungs,
        choices=choices,
        gone=gone,
        scale=scale_of(climb.session_type, climb.mine),
        names={start: fix_name(start) for start in starts},
        now=now,
        open_ended=wanted.hour.repeat.is_open_ended,
        several_a_week=len(wanted.hour.repeat.weekdays) > 1,
        refused=str(RULES[trouble.rule]) if trouble.rule is not None else "",
    )
    return ladder_of(looking, _clearer(climb, looked))


def _choices(climb: Climb, starts: Sequence[datetime]) -> Choices:
    """Return what is chosen here and now, else what was chosen before for these dates."""
    before = standing_in(climb.attempt.draft)
    if before is None or any(fix_name(start) in request.values for start in starts):
        return choices_in(request.values, starts)
    return before.choices


def _gone(
    wanted: SeriesAsk, choices: Choices, starts: Sequence[datetime], now: datetime
) -> list[datetime]:
    """Return the dates that cannot be had as they were chosen."""
    chosen = {s: choices.move.get(s, s) for s in starts if s not in choices.skip}
    if not chosen:
        return []
    diary = diary_for(reading(), wanted, sorted({*starts, *chosen.values()}))
    return refused(diary, wanted.rules, chosen, asked=wanted.client, now=now)


def _clearer(climb: Climb, looked: Looked) -> Clearer | None:
    if looked.clearer is None:
        return None
    mine, rhythm = climb.mine, climb.asked.rhythm
    said = {
        "days": weekdays([looked.clearer], mine),
        "time": times.clock(looked.clearer, mine),
        "num": len(looked.rungs),
    }
    if rhythm.every_weeks == WEEKLY and not rhythm.until:
        words = _(
            "This time clashes often. %(days)s at %(time)s is free all %(num)s weeks.", **said
        )
    else:
        words = _("This time clashes often. %(days)s at %(time)s is free on each date.", **said)
    there = climb.asked.with_(slot=looked.clearer, day=None).picker(anchor="ladder")
    return Clearer(str(words), there, str(_("Switch to %(days)s at %(time)s", **said)))
