"""The way into a session: when the room opens, a button when it does, and the phone besides."""

from datetime import datetime

from flask import Blueprint, render_template

from booking import clock
from booking.adapters.links import Purpose
from booking.domain.participants import ParticipantStatus
from booking.errors import NotFound, ProviderError, RuleBroken
from booking.models import Participant, SeriesMember
from booking.queries.guardians import sees_all
from booking.queries.practices import the_practice
from booking.queries.series_seats import next_seat
from booking.services import rooms
from booking.web.access import anyone
from booking.web.limits import BOOKINGS, at_most
from booking.web.tokens import member_for, participant_for
from booking.web.views.meeting import whom
from booking.web.views.panels import panel_of
from booking.web.views.rooms import call_for_client, coming_in, waiting
from booking.web.wiring import parts, reading

UNPROCESSABLE, UNAVAILABLE = 422, 503

bp = Blueprint("join", __name__, url_prefix="/join")
bp.before_request(anyone)


@bp.get("/<token>")
def join(token: str) -> str:
    """Show when the room opens, or the button that opens it. Looking changes nothing."""
    return _page(_attending(token), clock.utcnow())


@bp.post("/<token>")
@at_most(BOOKINGS)
def enter(token: str) -> str | tuple[str, int]:
    """Make this person's link into the room, and show it: nobody is sent off unasked."""
    now = clock.utcnow()
    participant = _attending(token)
    participant_id = participant.id
    try:
        entry = rooms.enter_as_client(participant_id, parts=parts(), now=now)
    except RuleBroken:
        return _page(_attending(token), now), UNPROCESSABLE
    except ProviderError:
        return _room("pages/join_down.html", token, now), UNAVAILABLE
    return _room("pages/join_room.html", token, now, entry=entry)


def _attending(token: str) -> Participant:
    """Return who joins: in the one appointment the link is for, or in the next of a series."""
    try:
        participant, _purpose = participant_for(token, Purpose.JOIN)
    except NotFound:
        member, _purpose = member_for(token, Purpose.SERIES_JOIN)
        participant = _next_seat(member)
    here = participant.status is ParticipantStatus.ATTENDING
    if not here or not sees_all(reading(), participant, now=clock.utcnow()):
        raise NotFound("booking")
    return participant


def _next_seat(member: SeriesMember) -> Participant:
    # One that runs over its time is still the one that is meant.
    found = next_seat(reading(), member, since=clock.utcnow() - rooms.STAYS_OPEN)
    if found is None:
        raise NotFound("booking")
    return found


def _page(participant: Participant, now: datetime) -> str:
    practice = the_practice(reading())
    if not coming_in(participant.appointment, practice, now):
        panel = panel_of(participant, now)
        return render_template("pages/join_ended.html", panel=panel)
    return render_template(
        "pages/join.html",
        whom=whom(participant.appointment.therapist),
        page=waiting(participant, practice, now),
        call=call_for_client(participant, practice),
    )


def _room(template: str, token: str, now: datetime, *, entry: rooms.Entry | None = None) -> str:
    # Read anew: what was known before the door was opened ended with that transaction.
    participant, practice = _attending(token), the_practice(reading())
    return render_template(
        template,
        entry=entry,
        whom=whom(participant.appointment.therapist),
        page=waiting(participant, practice, now),
        call=call_for_client(participant, practice),
    )
