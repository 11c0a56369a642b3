"""What a change would do to each date, in words: exactly the dates it touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import series_words, times
from booking.adapters.wording.series_facts import Pattern
from booking.domain.ladder import OFTEN
from booking.domain.ladder import Rung as Judged
from booking.domain.recurrence import StandingHour
from booking.models import Appointment, SeriesPart, SessionType
from booking.services.series.booking import Choices
from booking.services.series.planning import Plan, PlannedDate
from booking.web.instants import rfc3339
from booking.web.views.days import day_words
from booking.web.views.ladder import reason
from booking.web.views.meeting import modality_words, price
from booking.web.views.series_rows import Option, Reader, Rung, with_clocks
from booking.web.views.series_words import line, pattern_words

NEAREST = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is otherwise from then on."""

    label: str
    was: str
    to: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`kept` are the dates that stay where they were moved to; `touched` counts the others.

    `clashes_often` says that another time would be less trouble.
    """

    facts: Sequence[Fact]
    rungs: Sequence[Rung]
    kept: Sequence[str]
    touched: int
    counts: str
    clashes_often: bool = False


def preview_of(plan: Plan, part: SeriesPart, choices: Choices, reader: Reader) -> Preview:
    """Return what `plan` does to a series whose rule is `part` so far."""
    facts = _facts(plan, part, reader)
    all_of_them = plan.modality is not part.modality or plan.asked.minutes != part.minutes
    dates = [each for each in plan.dates if all_of_them or touches(each)]
    rungs = [_rung(each, choices, reader) for each in dates]
    clashes = sum(rung.kind == "choice" for rung in rungs)
    return Preview(
        facts,
        with_clocks(rungs, reader),
        [_stays(date, reader) for _day, date in plan.untouched],
        len(dates),
        counts_words(len(dates), clashes),
        clashes_often=clashes >= OFTEN,
    )


def touches(planned: PlannedDate) -> bool:
    """Return whether the change does anything to this date."""
    rung = planned.rung
    return rung is None or rung.starts_at != planned.was or not rung.is_open


def signs_of(plan: Plan) -> list[object]:
    """Return all that was shown of a plan, to be compared with what would be done."""
    dates = [[each.was, each.rung.starts_at if each.rung else None] for each in plan.dates]
    kept = [date.id for _day, date in plan.untouched]
    return [dates, kept, plan.asked.minutes, plan.modality.value]


def choice_rung(
    judged: Judged, note: str, choices: Choices, reader: Reader, *, was: datetime | None = None
) -> Rung:
    """Return a date that cannot be had, with what may become of it; `was` is when it is now."""
    start, mine = judged.starts_at, reader.mine
    near = judged.alternatives[:NEAREST]
    wanted = choices.move.get(start)
    if wanted not in near:
        wanted = near[0] if near else None
    skips = start in choices.skip or wanted is None
    options = [
        Option(
            value=rfc3339(each),
            words=_way(line(each, mine, reader.now), kept=each == was),
            chosen=each == wanted and not skips,
        )
        for each in near
    ]
    options.append(Option(value="skip", words=str(_("Leave this date out")), chosen=skips))
    return Rung(
        kind="choice",
        day=day_words(start, mine, reader.now),
        time=reason(judged, reader.scale.name),
        note=note,
        field=rfc3339(start),
        options=options,
        at=start,
    )


def _way(when: str, *, kept: bool) -> str:
    return str(_("Keep %(when)s", when=when) if kept else _("Meet %(when)s", when=when))


def _now_words(was: datetime | None, reader: Reader) -> str:
    if was is None:
        return ""
    return str(_("Now it is on %(when)s", when=line(was, reader.mine, reader.now)))


def counts_words(dates: int, clashes: int) -> str:
    """Return "This touches 6 dates. 1 needs a choice. Nothing is changed yet."."""
    said = [ngettext("This touches %(num)s date.", "This touches %(num)s dates.", dates)]
    if clashes:
        said.append(ngettext("%(num)s needs a choice.", "%(num)s need a choice.", clashes))
    return " ".join([*map(str, said), str(_("Nothing is changed yet."))])


def _rung(planned: PlannedDate, choices: Choices, reader: Reader) -> Rung:
    mine, now = reader.mine, reader.now
    if planned.rung is None:
        assert planned.was is not None  # noqa: S101  # what falls away was at some time
        day = day_words(planned.was, mine, now)
        return Rung(kind="off", day=day, time=str(_("Falls away")), at=planned.was)
    start = planned.rung.starts_at
    if not planned.rung.is_open:
        note = _now_words(planned.was, reader)
        return choice_rung(planned.rung, note, choices, reader, was=planned.was)
    day, clock = day_words(start, mine, now), times.clock(start, mine)
    if planned.was is None:
        return Rung(kind="new", day=day, time=clock, note=str(_("A new date")), at=start)
    if start == planned.was:
        note = str(_("Same day and time"))
        return Rung(kind="ok", day=day, time=clock, note=note, at=start)
    note = _now_words(planned.was, reader)
    return Rung(kind="moved", day=day, time=clock, note=note, at=start)


def _stays(date: Appointment, reader: Reader) -> str:
    when = line(date.starts_at, reader.mine, reader.now)
    return str(_("Stays on %(when)s: you moved it", when=when))


def _facts(plan: Plan, part: SeriesPart, reader: Reader) -> list[Fact]:
    mine = reader.mine
    pairs = [
        (_("Regular time"), pattern_words(part, plan.since, mine), _new_pattern(plan, reader)),
        (_("Length"), _minutes(part.minutes), _minutes(plan.asked.minutes)),
        (_("Place"), modality_words(part.modality), modality_words(plan.modality)),
        (_("Fee for each"), _fee(part.session_type), _fee(plan.asked.session_type)),
    ]
    return [Fact(str(label), was, to) for label, was, to in pairs if was != to]


def _new_pattern(plan: Plan, reader: Reader) -> str:
    hour = plan.asked.hour
    said = Pattern(_first_round(hour), hour.repeat.every_weeks)
    return series_words.pattern(said, reader.mine)


def _first_round(hour: StandingHour) -> tuple[datetime, ...]:
    monday = hour.repeat.first.toordinal() - hour.repeat.first.weekday()
    days = (monday + weekday for weekday in sorted(hour.repeat.weekdays))
    return tuple(hour.time.on(hour.repeat.first.fromordinal(day)) for day in days)


def _fee(session_type: SessionType) -> str:
    return price(session_type.price_cents)


def _minutes(minutes: int) -> str:
    return str(_("%(minutes)s minutes", minutes=minutes))
