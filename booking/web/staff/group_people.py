"""Several people in one appointment or group: who they are, and what a therapist does there."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.domain.lifecycle import Kind
from booking.domain.participants import ParticipantStatus, Role
from booking.errors import IllegalTransition, NotFound, RuleBroken
from booking.models import Appointment, Participant
from booking.queries import standing_hours
from booking.queries.agenda import appointment_of
from booking.queries.leavings import leaving_of
from booking.services.audit import therapist
from booking.services.leaving import leave_appointment
from booking.services.series.granting_places import decline_place, grant_place
from booking.services.series.leaving import leave
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp, here
from booking.web.views.meeting import place
from booking.web.wiring import parts, reading


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the page of an appointment. `about` says how they take part, if at all."""

    id: int
    name: str
    pronouns: str
    about: Sequence[str]
    note: str
    may_go: bool


def lines_of(appointment: Appointment) -> list[Line]:
    """Return everybody in it, those who left last."""
    here_ = sorted(appointment.participants, key=lambda p: p.status is ParticipantStatus.LEFT)
    return [_line(each, appointment) for each in here_]


def _line(participant: Participant, appointment: Appointment) -> Line:
    person = participant.person
    ahead = appointment.status.is_live and appointment.starts_at > here()[0]
    attends = participant.status is ParticipantStatus.ATTENDING
    about = [_role(participant), place(participant.state, participant.country), _left(participant)]
    return Line(
        participant.id,
        person.name,
        person.pronouns,
        [each for each in about if each],
        parts().sealer.open(participant.note),
        attends and ahead and appointment.kind is Kind.GROUP,
    )


def _role(participant: Participant) -> str:
    words = {Role.GUARDIAN: _("guardian"), Role.PAYER: _("pays, and does not come")}
    return str(words.get(participant.role, ""))


def _left(participant: Participant) -> str:
    if participant.status is not ParticipantStatus.LEFT:
        return ""
    left = leaving_of(reading(), participant.id)
    if left is None:
        return str(_("does not come"))
    said = {"when": times.long_time(left.at, here()[1])}
    if left.late and left.fee_cents:
        fee = dollars(left.fee_cents)
        return str(_("does not come, late since %(when)s, fee %(fee)s", fee=fee, **said))
    return str(_("does not come since %(when)s", **said))


@bp.post("/appointments/<public_id>/people/<int:participant_id>/remove")
def remove(public_id: str, participant_id: int) -> Response:
    """Take one person out of a group's session; they are told, the others are not."""
    therapist_id = staff().therapist_id
    found = appointment_of(reading(), therapist_id, public_id)
    if found.kind is not Kind.GROUP or all(p.id != participant_id for p in found.participants):
        raise NotFound("session")
    actor = therapist(therapist_id)
    leave_appointment(participant_id, accept_late=True, actor=actor, now=here()[0])
    there = url_for("staff.appointment", public_id=public_id, done="removed")
    return redirect(there, code=SEE_OTHER)


@bp.post("/series/<public_id>/members/<int:member_id>/<any(remove, grant, decline):act>")
def settle_member(public_id: str, member_id: int, act: str) -> Response:
    """Answer somebody who asks for a place in a group, or take a member out of it."""
    therapist_id, now = staff().therapist_id, here()[0]
    found = standing_hours.series_of(reading(), therapist_id, public_id)
    if all(member.id != member_id for member in found.members):
        raise NotFound("booking")
    done = {"remove": "removed", "grant": "place_granted", "decline": "place_declined"}[act]
    try:
        if act == "grant":
            grant_place(member_id, therapist_id, now=now)
        elif act == "decline":
            decline_place(member_id, therapist_id, now=now)
        else:
            leave(member_id, accept_late=True, actor=therapist(therapist_id), now=now)
    except (IllegalTransition, RuleBroken):
        done = "too_late"
    there = url_for("staff.series_page", public_id=public_id, done=done)
    return redirect(there, code=SEE_OTHER)
