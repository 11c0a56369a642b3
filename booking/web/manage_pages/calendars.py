"""The appointment for a calendar of the client's own: a file, or a link that fills one in."""

from datetime import datetime

from flask import Response, make_response, url_for

from booking.adapters.calendar import Invitation, Method, render
from booking.adapters.calendar.buttons import google_url, outlook_url
from booking.adapters.links import Purpose
from booking.adapters.wording.facts import House
from booking.clock import utcnow
from booking.domain.lifecycle import Status
from booking.errors import NotFound
from booking.models import Participant
from booking.services.messages.invitations import own_copy
from booking.web.i18n import LANGUAGE
from booking.web.practice import practice_facts
from booking.web.tokens import participant_for
from booking.web.views.appointment import Calendars
from booking.web.wiring import parts

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def file(token: str) -> Response:
    """Serve the appointment as a file. It names nobody and says nothing but when and where."""
    participant, _purpose = participant_for(token, Purpose.CALENDAR)
    if participant.appointment.status is not Status.CONFIRMED:
        raise NotFound("booking")
    response = make_response(render(_invitation(participant, utcnow()), Method.PUBLISH))
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def calendars_of(participant: Participant, now: datetime) -> Calendars | None:
    """Return the ways into a calendar; None for what is not agreed."""
    if participant.appointment.status is not Status.CONFIRMED:
        return None
    invitation = _invitation(participant, now)
    token = parts().links.token(Purpose.CALENDAR, participant.link_id, participant.link_version)
    return Calendars(
        url_for("manage.file", token=token), google_url(invitation), outlook_url(invitation)
    )


def _invitation(participant: Participant, now: datetime) -> Invitation:
    practice = practice_facts()
    house = House(practice.outside_name, practice.phone_words)
    return own_copy(participant, house, links=parts().links, language=LANGUAGE, now=now)
