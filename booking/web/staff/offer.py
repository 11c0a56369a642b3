"""Offering standing times after a session: every date of each first, then they are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from booking.adapters.wording import series_words, times
from booking.adapters.wording.names import initials
from booking.adapters.wording.series_facts import Pattern
from booking.domain.ladder import Rung as Judged
from booking.domain.lifecycle import Kind, Modality
from booking.domain.zones import zone
from booking.errors import BookingError, InvalidInput, SlotTaken
from booking.models import Appointment, SessionType
from booking.queries.agenda import appointment_of
from booking.queries.practices import the_practice
from booking.queries.standing import series_types
from booking.queries.standing_hours import open_offers
from booking.services.series.offer_looks import TimeLooked, look_at_time
from booking.services.series.offering import NewOffer, OfferedTime, offer_times
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import offer_form as form
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_list import offered
from booking.web.views.clocks import clock_now
from booking.web.views.days import day_words
from booking.web.views.meeting import modality_words, what
from booking.web.views.series_rows import Reader, Rung, with_clocks
from booking.web.views.series_words import line
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422


@dataclass(frozen=True, slots=True)
class Shown:
    """One time with all its dates, as it would be offered."""

    number: int
    pattern: str
    counts: str
    rungs: Sequence[Rung]


@dataclass(frozen=True, slots=True)
class Look:
    """What was typed, looked at: the times that make sense, and what is wrong with the rest."""

    times: Mapping[int, OfferedTime] = field(default_factory=dict)
    looked: Mapping[int, TimeLooked] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


@bp.get("/appointments/<public_id>/offer")
def offer(public_id: str) -> str:
    """Ask which times; once some are filled in, show every date of each. Holds nothing."""
    found = _own(public_id)
    sent = form.typed(request.args)
    chosen = _type(sent.type)
    if chosen is None or "how" not in request.args:
        return _page(found, sent, Look(), sent_now="sent" in request.args)
    return _page(found, sent, _look(found, sent, chosen))


@bp.post("/appointments/<public_id>/offer")
def send_offer(public_id: str) -> Response | tuple[str, int]:
    """Hold the times and tell the client, or say what is wrong and keep what was typed."""
    found, sent, now = _own(public_id), form.typed(request.form), here()[0]
    chosen = _type(sent.type)
    if chosen is None:
        return _page(found, sent, Look(faults={"type": _choose()})), UNPROCESSABLE
    look = _look(found, sent, chosen)
    if look.faults:
        return _page(found, sent, look), UNPROCESSABLE
    new = NewOffer(
        appointment_id=found.id, session_type=chosen.slug, times=list(look.times.values())
    )
    try:
        offer_times(staff().therapist_id, new, now=now)
    except BookingError as refused:
        again = _own(public_id)
        return _page(again, sent, _refused(again, sent, chosen, refused)), CONFLICT
    return redirect(url_for("staff.offer", public_id=public_id, sent=1), code=SEE_OTHER)


def _own(public_id: str) -> Appointment:
    return appointment_of(reading(), staff().therapist_id, public_id)


def _types() -> Sequence[SessionType]:
    # It is one person who is offered them.
    return series_types(reading(), staff().therapist_id, like=Kind.INDIVIDUAL)


def _type(slug: str) -> SessionType | None:
    return next((each for each in _types() if each.slug == slug), None)


def _choose() -> str:
    return str(_("Choose what kind of session."))


def _look(found: Appointment, sent: form.Form, chosen: SessionType) -> Look:
    now, zone_ = here()
    wanted, faults = form.times_in(sent, chosen, zone_, now)
    looked: dict[int, TimeLooked] = {}
    for number, time in wanted.items():
        try:
            looked[number] = look_at_time(reading(), found.participants[0], chosen, time, now)
        except InvalidInput:
            faults[f"every-{number}"] = str(_("This does not describe a standing hour."))
            continue
        first = looked[number].rungs[0]
        if not first.is_open:
            faults[f"day-{number}"] = _not_to_begin(first)
    return Look(wanted, looked, faults)


def _not_to_begin(first: Judged) -> str:
    """Return why a standing hour cannot begin so, and what is open instead."""
    now, zone_ = here()
    said = {"why": shown.reason(first.status)}
    if not first.alternatives:
        return str(_("The first date cannot be had: %(why)s.", **said))
    said["near"] = ", ".join(line(each, zone_, now) for each in first.alternatives[:3])
    return str(_("The first date cannot be had: %(why)s. Open that week: %(near)s.", **said))


def _refused(
    found: Appointment, sent: form.Form, chosen: SessionType, refused: BookingError
) -> Look:
    """Return the times as they stand now, with a word where looking again finds no fault."""
    look = _look(found, sent, chosen)
    if look.faults:
        return look
    words = _("That cannot be offered now. Nothing is held.")
    if isinstance(refused, SlotTaken):
        words = _("Two of these are at the same time, or one went a moment ago. Nothing is held.")
    return Look(look.times, look.looked, {"day-1": str(words)})


def _page(found: Appointment, sent: form.Form, look: Look, *, sent_now: bool = False) -> str:
    now, zone_ = here()
    types, seat = _types(), found.participants[0]
    ways = {way for each in types for way in each.modalities}
    offers = open_offers(reading(), staff().therapist_id, now=now, person_id=seat.person_id)
    return render_template(
        "staff/offer.html",
        who=initials(seat.person.name),
        form=sent,
        faults=look.faults,
        errors=list(look.faults.items()),
        types=[(each.slug, what(each.kind, each.minutes)) for each in types],
        type=sent.type or (types[0].slug if types else ""),
        weeks=form.weeks(),
        counts=form.counts(),
        places=[(way.value, modality_words(way)) for way in Modality if way.value in ways],
        shown=[_shown(number, each, found, now) for number, each in look.looked.items()],
        hours=sent.how == form.HOURS,
        held_hours=the_practice(reading()).offer_hours,
        offers=offered(offers, zone_),
        sent_now=sent_now,
        clock=clock_now(now, zone_),
        action=url_for("staff.send_offer", public_id=found.hold_id),
        back_href=url_for("staff.appointment", public_id=found.hold_id),
    )


def _shown(number: int, looked: TimeLooked, found: Appointment, now: datetime) -> Shown:
    zone_, hour = here()[1], looked.asked.hour
    person = found.participants[0].person
    own = hour.time.zone.key == zone_.key
    reader = shown.reader_for(zone_, zone(person.time_zone), initials(person.name), own, now)
    said = Pattern((looked.rungs[0].starts_at,), hour.repeat.every_weeks)
    counts = _counts(looked.rungs)
    if hour.repeat.is_open_ended:
        counts = f"{counts} {_('More follow until one of you ends it.')}"
    rungs = with_clocks([_rung(each, reader) for each in looked.rungs], reader)
    return Shown(number, series_words.pattern(said, zone_), counts, rungs)


def _counts(rungs: Sequence[Judged]) -> str:
    free = sum(each.is_open for each in rungs)
    clashes = len(rungs) - free
    words = ngettext("%(num)s date is open.", "%(num)s dates are open.", free)
    if not clashes:
        return str(words)
    rest = ngettext(
        "%(num)s is not: they choose another time that week, or leave it out.",
        "%(num)s are not: they choose another time that week, or leave it out.",
        clashes,
    )
    return f"{words} {rest}"


def _rung(judged: Judged, reader: Reader) -> Rung:
    start, mine = judged.starts_at, reader.mine
    day = day_words(start, mine, reader.now)
    if judged.is_open:
        there = times.other_clock(start, mine, reader.scale.theirs)
        note = str(_("%(time)s for %(name)s", time=there, name=reader.scale.name)) if there else ""
        return Rung(kind="ok", day=day, time=times.clock(start, mine), note=note, at=start)
    return Rung(kind="off", day=day, time=shown.reason(judged.status), at=start)
