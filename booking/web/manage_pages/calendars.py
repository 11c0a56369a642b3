"""The appointment for a calendar of the client's own: a file, or a link that fills one in."""

from datetime import datetime

from flask import Response, make_response, url_for
from flask_babel import gettext as _

from booking.adapters.calendar import Invitation, Method, render
from booking.adapters.calendar.buttons import google_url, outlook_url
from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.lifecycle import Modality, Status
from booking.errors import NotFound
from booking.models import Participant
from booking.services.messages.telling import join_url
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
    """Return the appointment in the neutral words the mailed invitation uses too."""
    appointment, practice = participant.appointment, practice_facts()
    by_phone = appointment.modality is Modality.PHONE
    return Invitation(
        uid=appointment.uid,
        sequence=max(participant.calendar_sequence, 0),
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=str(_("Appointment")),
        description=str(_("Front desk: %(phone)s", phone=practice.phone_words)),
        location=str(_("Phone")) if by_phone else "",
        organizer_name="",
        organizer_email="",
        attendee_email="",
        written_at=now,
        url=join_url(participant, parts().links),
    )
