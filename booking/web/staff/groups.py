"""Starting a standing group: every date first, then all that are open are claimed at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from booking.adapters.wording import series_words, times
from booking.adapters.wording.series_facts import Pattern
from booking.domain.ladder import Rung as Judged
from booking.domain.lifecycle import Modality
from booking.errors import BookingError, InvalidInput
from booking.models import SessionType
from booking.queries.standing import series_types
from booking.services.offers import meets_as_group
from booking.services.series.booking import Choices
from booking.services.series.groups import NewGroup, asked_for, look_at_group, start_group
from booking.services.series.offering import OfferedTime
from booking.web.access import SEE_OTHER, staff
from booking.web.series_pages.seen import seen
from booking.web.staff import offer_form as form
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_acts import moved_on
from booking.web.views.clocks import clock_now
from booking.web.views.days import day_words
from booking.web.views.meeting import modality_words, what
from booking.web.views.series_rows import Reader, Rung, with_clocks
from booking.web.wiring import reading

CONFLICT, UNPROCESSABLE = 409, 422
Answer = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Look:
    """The group that was typed, with every date of it, and what is wrong with the answers."""

    time: OfferedTime | None = None
    rungs: Sequence[Judged] = ()
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def signs(self) -> str:
        return seen([[rung.starts_at, rung.status] for rung in self.rungs])

    @property
    def closed(self) -> frozenset[datetime]:
        return frozenset(rung.starts_at for rung in self.rungs if not rung.is_open)


@bp.get("/groups/new")
def new_group() -> str:
    """Ask when the group meets; once that is known, show every date. Claims nothing."""
    sent = form.typed(request.args)
    chosen = _type(sent.type)
    if chosen is None or "day-1" not in request.args:
        return _page(sent, chosen, Look())
    return _page(sent, chosen, _look(sent, chosen))


@bp.post("/groups/new")
def begin_group() -> Answer:
    """Claim exactly those dates that were shown as open."""
    sent, now = form.typed(request.form), here()[0]
    chosen = _type(sent.type)
    if chosen is None:
        words = str(_("Choose what kind of session."))
        return _page(sent, None, Look(faults={"type": words})), UNPROCESSABLE
    looked = _look(sent, chosen)
    if looked.time is None or looked.faults:
        return _page(sent, chosen, looked), UNPROCESSABLE
    if request.form.get("seen") != looked.signs:
        return _page(sent, chosen, looked, refused=moved_on()), CONFLICT
    try:
        public_id = start_group(staff().therapist_id, _new(chosen, looked), now=now)
    except BookingError:
        return _page(sent, chosen, _look(sent, chosen), refused=moved_on()), CONFLICT
    there = url_for("staff.series_page", public_id=public_id, done="started")
    return redirect(there, code=SEE_OTHER)


def _types() -> list[SessionType]:
    return [each for each in series_types(reading(), staff().therapist_id) if meets_as_group(each)]


def _type(slug: str) -> SessionType | None:
    types = _types()
    return next((each for each in types if each.slug == slug), types[0] if types else None)


def _new(chosen: SessionType, looked: Look) -> NewGroup:
    time = looked.time
    assert time is not None  # noqa: S101  # asked before
    return NewGroup(
        session_type=chosen.slug,
        starts_at=time.starts_at,
        pattern=time.pattern,
        modality=time.modality,
        choices=Choices(skip=looked.closed),
    )


def _look(sent: form.Form, chosen: SessionType) -> Look:
    now, zone = here()
    only = form.Form(sent.type, form.TIMES, sent.rows[:1])
    wanted, faults = form.times_in(only, chosen, zone, now)
    time = wanted.get(1)
    if time is None:
        return Look(faults=faults)
    new = NewGroup(
        session_type=chosen.slug,
        starts_at=time.starts_at,
        pattern=time.pattern,
        modality=time.modality,
    )
    try:
        rungs = look_at_group(reading(), asked_for(chosen, new), now=now)
    except InvalidInput:
        return Look(time, (), {"every-1": str(_("This does not describe a standing hour."))})
    if not rungs[0].is_open:
        why = shown.reason(rungs[0].status)
        faults["day-1"] = str(_("The first date cannot be had: %(why)s.", why=why))
    return Look(time, rungs, faults)


def _page(sent: form.Form, chosen: SessionType | None, looked: Look, *, refused: str = "") -> str:
    now, zone = here()
    types = _types()
    ways = {way for each in types for way in each.modalities}
    return render_template(
        "staff/group_new.html",
        types=[(each.slug, _type_words(each)) for each in types],
        type=chosen.slug if chosen else "",
        row=sent.rows[0],
        weeks=form.weeks(),
        counts=form.counts(),
        places=[(way.value, modality_words(way)) for way in Modality if way.value in ways],
        faults=looked.faults,
        errors=list(looked.faults.items()),
        refused=refused,
        rungs=_rungs(looked, now) if looked.rungs else [],
        pattern=_pattern(looked) if looked.rungs else "",
        counted=_counted(looked) if looked.rungs else "",
        hidden_fields=[*_fields(sent, chosen), ("seen", looked.signs)],
        ready=bool(looked.rungs) and not looked.faults,
        clock=clock_now(now, zone),
        action=url_for("staff.begin_group"),
    )


def _type_words(session_type: SessionType) -> str:
    said = what(session_type.kind, session_type.minutes)
    places = ngettext("%(num)s place", "%(num)s places", session_type.seats)
    named = "" if session_type.name == said else f"{session_type.name}: "
    return f"{named}{said}, {places}"


def _fields(sent: form.Form, chosen: SessionType | None) -> list[tuple[str, str]]:
    names = ("day", "at", "every", "count", "way")
    row = [(f"{name}-1", str(getattr(sent.rows[0], name))) for name in names]
    return [("type", chosen.slug if chosen else ""), *row]


def _pattern(looked: Look) -> str:
    assert looked.time is not None  # noqa: S101  # there are dates of it
    said = Pattern((looked.rungs[0].starts_at,), looked.time.pattern.every_weeks)
    return series_words.pattern(said, here()[1])


def _counted(looked: Look) -> str:
    free = sum(rung.is_open for rung in looked.rungs)
    words = ngettext("%(num)s date is open.", "%(num)s dates are open.", free)
    if not looked.closed:
        return str(words)
    rest = ngettext(
        "%(num)s is not, and is left out.", "%(num)s are not, and are left out.", len(looked.closed)
    )
    return f"{words} {rest}"


def _rungs(looked: Look, now: datetime) -> list[Rung]:
    zone = here()[1]
    reader = shown.reader_for(zone, zone, "", True, now)
    return with_clocks([_rung(each, reader) for each in looked.rungs], reader)


def _rung(judged: Judged, reader: Reader) -> Rung:
    start = judged.starts_at
    day = day_words(start, reader.mine, reader.now)
    if judged.is_open:
        return Rung(kind="ok", day=day, time=times.clock(start, reader.mine), at=start)
    return Rung(kind="off", day=day, time=shown.reason(judged.status), at=start)
