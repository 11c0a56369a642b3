"""The appointment for a calendar of the client's own: a file, or a link that fills one in.

The file of a date of a series holds the whole series, under the UIDs that were mailed: a date by
itself would be in the calendar twice.
"""

from datetime import datetime

from flask import Response, make_response, url_for

from booking.adapters.calendar import Invitation, Method, render
from booking.adapters.calendar.buttons import google_url, outlook_url
from booking.adapters.calendar.parts import publish
from booking.adapters.links import Purpose
from booking.adapters.wording.facts import House
from booking.clock import utcnow
from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.errors import NotFound
from booking.models import Participant, SeriesMember
from booking.queries.coming import Seat
from booking.queries.guardians import sees_all
from booking.services.messages.invitations import own_copy
from booking.services.messages.series_invitations import own_series
from booking.web.i18n import LANGUAGE
from booking.web.practice import practice_facts
from booking.web.tokens import member_for, participant_for
from booking.web.views.appointment import Calendars
from booking.web.wiring import parts, reading

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def file(token: str) -> Response:
    """Serve the appointment as a file. It names nobody and says nothing but when and where."""
    try:
        participant = _who_comes(participant_for(token, Purpose.CALENDAR)[0])
    except NotFound:
        return _served(_series_file(member_for(token, Purpose.SERIES_CALENDAR)[0]))
    if not _is_agreed(participant):
        raise NotFound("booking")
    if participant.member is not None:
        return _served(_series_file(participant.member))
    return _served(render(_invitation(participant, utcnow()), Method.PUBLISH))


def _series_file(member: SeriesMember) -> bytes:
    language, links = LANGUAGE, parts().links
    found = own_series(reading(), member, _house(), links=links, language=language, now=utcnow())
    if _who_comes(member).status is not ParticipantStatus.ATTENDING or not found:
        raise NotFound("booking")
    return publish(found)


def _who_comes(seat: Seat) -> Seat:
    """Return who has dates for a calendar of theirs; raise `NotFound` for who only pays."""
    if not sees_all(reading(), seat, now=utcnow()):
        raise NotFound("booking")
    return seat


def _served(content: bytes) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def calendars_of(participant: Participant, now: datetime) -> Calendars | None:
    """Return the ways into a calendar; None for what is not agreed."""
    if not _is_agreed(participant):
        return None
    invitation = _invitation(participant, now)
    token = parts().links.token(Purpose.CALENDAR, participant.link_id, participant.link_version)
    return Calendars(
        url_for("manage.file", token=token), google_url(invitation), outlook_url(invitation)
    )


def _is_agreed(participant: Participant) -> bool:
    here = participant.status is ParticipantStatus.ATTENDING
    return here and participant.appointment.status is Status.CONFIRMED


def _invitation(participant: Participant, now: datetime) -> Invitation:
    return own_copy(participant, _house(), links=parts().links, language=LANGUAGE, now=now)


def _house() -> House:
    practice = practice_facts()
    return House(practice.outside_name, practice.phone_words)
