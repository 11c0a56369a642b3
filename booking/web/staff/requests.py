"""Requests: what somebody asks for, and the therapist's yes or no."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.domain.facets import Facet
from booking.domain.lifecycle import Status
from booking.errors import IllegalTransition, NotFound
from booking.models import Appointment, Series
from booking.queries.agenda import (
    appointment_of,
    client_in,
    told_at,
    waiting_requests,
    waiting_series,
)
from booking.queries.practices import the_practice
from booking.services import requests as service
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_shown import hour_words, who
from booking.web.views.meeting import label, place
from booking.web.wiring import parts, reading

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Card:
    """One request; `asks` is what they answered, `note` what they wrote, `ends` until when."""

    row: shown.Row
    when: str
    asks: str
    note: str
    ends: str


@dataclass(frozen=True, slots=True)
class StandingHour:
    """A standing hour that waits for a yes, answered on its own page."""

    id: str
    client: str
    words: str
    ends: str


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a request that was answered; `kind` is the colour of the note."""

    heading: str
    sentence: str
    kind: str = "good"


@bp.get("/requests")
def requests() -> str:
    """List what waits; `?answered=` says what became of one, as it stands now."""
    return _page(_said(request.args.get("answered", "")))


@bp.post("/requests/<public_id>/accept")
def accept(public_id: str) -> Response | tuple[str, int]:
    found, therapist_id = _own(public_id), staff().therapist_id
    try:
        service.accept(found.id, therapist_id, now=here()[0])
    except IllegalTransition:
        return _too_late(public_id)
    return redirect(url_for("staff.requests", answered=public_id), code=SEE_OTHER)


@bp.post("/requests/<public_id>/decline")
def decline(public_id: str) -> Response | tuple[str, int]:
    found, therapist_id = _own(public_id), staff().therapist_id
    try:
        service.decline(found.id, therapist_id, now=here()[0])
    except IllegalTransition:
        return _too_late(public_id)
    return redirect(url_for("staff.requests", answered=public_id), code=SEE_OTHER)


def _own(public_id: str) -> Appointment:
    """Return what is answered by itself; the dates of a standing hour are answered together."""
    found = appointment_of(reading(), staff().therapist_id, public_id)
    if found.series_part_id is not None:
        raise NotFound("request")
    return found


def _page(said: Said | None) -> str:
    now, zone = here()
    session, practice = reading(), the_practice(reading())
    reader = shown.Reader(practice, zone, now)
    found = waiting_requests(session, staff().therapist_id, now=now)
    cards = [_card(each, reader) for each in found]
    waiting = waiting_series(session, staff().therapist_id, now=now)
    standing = [_standing_hour(each, reader) for each in waiting]
    return render_template("staff/requests.html", cards=cards, standing=standing, said=said)


def _standing_hour(found: Series, reader: shown.Reader) -> StandingHour:
    part = found.part
    ends = found.expires_at or reader.now
    return StandingHour(
        found.public_id,
        who(found),
        hour_words(part, reader.zone),
        times.long_time(ends, reader.zone),
    )


def _card(found: Appointment, reader: shown.Reader) -> Card:
    participant = client_in(found)
    answers = [
        label(Facet.NEED, participant.need),
        label(Facet.INSURANCE, participant.payment),
        place(participant.state, participant.country),
    ]
    return Card(
        row=shown.row(found, reader),
        when=shown.when_words(found, reader.zone),
        asks=" · ".join(filter(None, answers)),
        note=parts().sealer.open(participant.note),
        ends=times.long_time(found.expires_at or found.starts_at, reader.zone),
    )


def _too_late(public_id: str) -> tuple[str, int]:
    """Say how it stands: somebody was quicker, or it ran out."""
    found = _own(public_id)
    words = shown.short_words(found, here()[1])
    return _page(Said(_standing(found, words), str(_("Nothing was changed.")), "choice")), CONFLICT


def _standing(found: Appointment, words: str) -> str:
    by_status = {
        Status.CONFIRMED: _("%(who)s: this was accepted before", who=words),
        Status.DECLINED: _("%(who)s: this was declined before", who=words),
        Status.CANCELLED: _("%(who)s: this was cancelled", who=words),
    }
    return str(by_status.get(found.status, _("%(who)s: this ran out", who=words)))


def _said(public_id: str) -> Said | None:
    if not public_id:
        return None
    try:
        found = _own(public_id)
    except NotFound:
        return None
    now, zone = here()
    words = shown.short_words(found, zone)
    if found.status is Status.CONFIRMED:
        return Said(str(_("Accepted: %(who)s", who=words)), _telling(found, now, zone))
    if found.status is Status.DECLINED:
        sentence = f"{_('The time is open again.')} {_telling(found, now, zone)}"
        return Said(str(_("Declined: %(who)s", who=words)), sentence)
    return None


def _telling(found: Appointment, now: datetime, zone: ZoneInfo) -> str:
    at = told_at(reading(), found)
    if at is None or at <= now:
        return str(_("They are being told by mail."))
    return str(_("They are told by mail at %(time)s.", time=times.clock(at, zone)))
