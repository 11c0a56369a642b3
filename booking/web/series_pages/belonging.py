"""What the page of one date says of the standing hour it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.links import Purpose
from booking.domain.participants import ParticipantStatus
from booking.models import Participant
from booking.queries.series import seats_of
from booking.services.messages.telling import clients_zone
from booking.web.views.days import weekdays
from booking.web.views.series_words import round_of
from booking.web.wiring import parts, reading


@dataclass(frozen=True, slots=True)
class Belonging:
    """`rest_href` changes this date and those after it; empty for what is over."""

    words: str
    all_href: str
    rest_href: str


def belonging(participant: Participant, *, mailed: bool, now: datetime) -> Belonging | None:
    """Return the way to all dates, proving as much as this link; None for a single date."""
    member, appointment = participant.member, participant.appointment
    part, day = appointment.series_part, appointment.occurrence
    if member is None or part is None or day is None:
        return None
    if participant.status is not ParticipantStatus.ATTENDING:
        return None
    purpose = Purpose.SERIES_MAILED if mailed else Purpose.SERIES
    token = parts().links.token(purpose, member.link_id, member.link_version)
    ahead = appointment.status.is_live and appointment.starts_at > now
    rest = url_for("series.choose_change", token=token, date=day.isoformat()) if ahead else ""
    if appointment.status.is_live:
        starts = [part.hour.time.on(day)] if len(part.weekdays) == 1 else round_of(part, day)
        words = _("This is one of your %(days)s.", days=weekdays(starts, clients_zone(participant)))
    else:
        words = _others(participant, now)
    return Belonging(str(words), url_for("series.show", token=token), rest)


def _others(participant: Participant, now: datetime) -> str:
    """Return how many of the other dates are still on."""
    assert participant.member is not None  # noqa: S101  # asked of dates of a series alone
    seats = seats_of(reading(), participant.member)
    count = sum(
        seat.appointment.status.is_live and seat.appointment.starts_at > now for seat in seats
    )
    if not count:
        return str(_("It was one of several dates."))
    return str(
        ngettext(
            "Your other session is still booked.",
            "Your other %(num)s sessions are still booked.",
            count,
        )
    )
