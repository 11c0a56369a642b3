"""Every date of a standing hour before it is booked, in words: the ladder."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.domain.judging import DateStatus
from booking.domain.ladder import Rung
from booking.domain.zones import differ_at
from booking.services.series.booking import Choices
from booking.web.instants import rfc3339
from booking.web.views.clocks import their_time
from booking.web.views.days import day_words, month_day, weekdays
from booking.web.views.markers import Marker, Scale, marker_between, shifted_words
from booking.web.views.repeat import sessions

NEAR = 2


@dataclass(frozen=True, slots=True)
class Option:
    """Another time for one date, on the client's clock and the therapist's if it differs."""

    value: str
    day: str
    time: str
    theirs: str | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What may become of a date that cannot be had; one of all these is always chosen."""

    name: str
    question: str
    near: Sequence[Option]
    more: Sequence[Option]
    skip: str
    skips: bool

    @property
    def unfolded(self) -> bool:
        return any(option.chosen for option in self.more)

    @property
    def chosen(self) -> str | None:
        """Return the time that is chosen instead, None for none."""
        return next((each.value for each in (*self.near, *self.more) if each.chosen), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One date. `before` is what clocks do before it, `reason` why it cannot be had."""

    day: str
    time: str
    theirs: str | None
    before: Marker | None
    note: str
    reason: str
    fix: Fix | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Clearer:
    """An hour that is open on every date, where the wished one clashes often."""

    words: str
    href: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """`refused` says what came in the way; `title` and `words` sum it up for the bar."""

    heading: str
    counts: str
    rows: Sequence[Row]
    going_on: str
    whose_clock: str
    clearer: Clearer | None
    refused: str
    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a ladder is drawn from. `gone` cannot be had as they were chosen.

    `names` are those of the radios, by date.
    """

    rungs: Sequence[Rung]
    choices: Choices
    gone: Collection[datetime]
    scale: Scale
    names: dict[datetime, str]
    now: datetime
    open_ended: bool
    several_a_week: bool
    refused: str = ""


def ladder_of(looking: Looking, clearer: Clearer | None) -> Ladder:
    scale, rungs = looking.scale, looking.rungs
    rows = _rows(looking)
    open_ended = looking.open_ended
    clashes = sum(row.fix is not None for row in rows)
    kept = [_kept(rung, row) for rung, row in zip(rungs, rows, strict=True)]
    going = [start for start in kept if start is not None]
    return Ladder(
        heading=str(_("Your sessions")) if open_ended else _your(len(rungs)),
        counts=_counts(len(rungs) - clashes, clashes),
        rows=rows,
        going_on=going_on(len(rungs), scale.name) if open_ended else "",
        whose_clock=whose_clock([rung.starts_at for rung in rungs], scale),
        clearer=clearer,
        refused=looking.refused,
        title=_title(going, scale.mine, open_ended=open_ended),
        words=mostly([rung.starts_at for rung in rungs], scale.mine),
    )


def whose_clock(starts: Sequence[datetime], scale: Scale) -> str:
    """Return whose clock the hour keeps to, where the two differ on any of the dates."""
    if not any(differ_at(start, scale.mine, scale.theirs) for start in starts):
        return ""
    if scale.anchored_to_client:
        time = times.clock(starts[0], scale.mine)
        return str(_("It stays at %(time)s for you when clocks change.", time=time))
    said = {"time": times.clock(starts[0], scale.theirs), "name": scale.name}
    return str(
        _("It stays at %(time)s for %(name)s. When clocks change, your time may move.", **said)
    )


def mostly(starts: Sequence[datetime], mine: ZoneInfo) -> str:
    """Return "Tuesdays, mostly 4:00 PM your time"."""
    clocks = Counter(times.clock(start, mine) for start in starts)
    said = {"days": weekdays(starts, mine), "time": clocks.most_common(1)[0][0]}
    if len(clocks) > 1:
        return str(_("%(days)s, mostly %(time)s your time", **said))
    return str(_("%(days)s, %(time)s your time", **said))


def _rows(looking: Looking) -> list[Row]:
    rows: list[Row] = []
    before: Rung | None = None
    note = ""
    for rung in looking.rungs:
        marker = None
        if before is not None:
            marker = marker_between(before.starts_at, rung.starts_at, looking.scale)
            note = shifted_words(before.starts_at, rung.starts_at, looking.scale) or note
        beside = looking.now if before is None else before.starts_at
        row = _row(rung, looking, marker, note, beside=beside)
        # What is said of a shifted time is said where the time is to be seen.
        note = note if row.fix is not None else ""
        rows.append(row)
        before = rung
    return rows


def _row(
    rung: Rung, looking: Looking, marker: Marker | None, note: str, *, beside: datetime
) -> Row:
    start, scale = rung.starts_at, looking.scale
    gone = start in looking.gone
    clash = gone or not rung.is_open
    first_gone = gone and start == min(looking.gone)
    return Row(
        day=day_words(start, scale.mine, beside),
        time=times.clock(start, scale.mine),
        theirs=their_time(start, scale.mine, scale.theirs),
        before=marker,
        note="" if clash else note,
        reason=reason(rung, scale.name) if clash else "",
        fix=_fix(rung, looking) if clash else None,
        gone=first_gone,
    )


def reason(rung: Rung, name: str) -> str:
    """Return why a date cannot be had."""
    words = {
        # Open by itself, but not beside the other dates as they were chosen.
        DateStatus.OPEN: _("Too close to another date"),
        DateStatus.TAKEN: _("Already taken"),
        DateStatus.AWAY: _("%(name)s is away", name=name),
        DateStatus.OUTSIDE_HOURS: _("Outside %(name)s\u2019s hours", name=name),
        DateStatus.CLOSED: _("The practice is closed"),
        DateStatus.LICENCE: _("Not licensed there on that date"),
    }
    return str(words[rung.status])


def _fix(rung: Rung, looking: Looking) -> Fix:
    start, scale = rung.starts_at, looking.scale
    skipped = start in looking.choices.skip or not rung.alternatives
    wanted = looking.choices.move.get(start)
    if wanted not in rung.alternatives:
        wanted = rung.alternatives[0] if rung.alternatives else None
    options = [
        Option(
            value=rfc3339(each),
            day=day_words(each, scale.mine, start),
            time=times.clock(each, scale.mine),
            theirs=their_time(each, scale.mine, scale.theirs),
            chosen=each == wanted and not skipped,
        )
        for each in rung.alternatives
    ]
    name = looking.names[start]
    single = not looking.several_a_week
    question = _("What should we do for this week?") if single else _("What should we do that day?")
    return Fix(
        name=name,
        question=str(question),
        near=options[:NEAR],
        more=options[NEAR:],
        skip=str(_("Skip this week") if single else _("Skip this day")),
        skips=skipped,
    )


def _kept(rung: Rung, row: Row) -> datetime | None:
    """Return when a date is as things are chosen now, None if it is left out."""
    if row.fix is None:
        return rung.starts_at
    chosen = row.fix.chosen
    return next((each for each in rung.alternatives if rfc3339(each) == chosen), None)


def _counts(free: int, clashes: int) -> str:
    said = ngettext("%(num)s is open.", "%(num)s are open.", free)
    if not clashes:
        return str(said)
    return f"{said} {ngettext('%(num)s needs a choice.', '%(num)s need a choice.', clashes)}"


def _your(count: int) -> str:
    return str(ngettext("Your %(num)s session", "Your %(num)s sessions", count))


def going_on(shown: int, name: str) -> str:
    """Return that an hour without an end has more dates than these."""
    said = {"num": shown, "name": name}
    return str(_("Here are the first %(num)s. More follow until you or %(name)s end it.", **said))


def _title(going: Sequence[datetime], mine: ZoneInfo, *, open_ended: bool) -> str:
    if not going:
        return str(_("No dates are left"))
    first = month_day(min(going), mine)
    if open_ended:
        return str(_("Sessions from %(day)s, no end date", day=first))
    return str(_("%(sessions)s from %(day)s", sessions=sessions(len(going)), day=first))
