"""The words on top of an appointment's page: how far it has come, and what that means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking.adapters.wording.names import dollars
from booking.domain.lifecycle import Status
from booking.domain.participants import Role
from booking.domain.zones import zone
from booking.models import Appointment, Participant
from booking.queries.leavings import Leaving
from booking.services.messages.telling import clients_zone
from booking.web.views.clocks import BothClocks, on_both_clocks, until
from booking.web.views.meeting import is_call


@dataclass(frozen=True, slots=True)
class Panel:
    """The words on top; `kind` is booked, waiting or ended."""

    kind: str
    heading: str
    sentences: Sequence[str]


def panel_of(participant: Participant, now: datetime) -> Panel:
    appointment = participant.appointment
    if appointment.status is Status.REQUESTED:
        return _requested(participant)
    if appointment.status is Status.CANCELLED:
        return _cancelled(appointment)
    if appointment.status is Status.DECLINED:
        return _turned_down(appointment)
    if appointment.status is Status.EXPIRED:
        return _not_answered(appointment)
    if now >= appointment.ends_at or appointment.status is not Status.CONFIRMED:
        return _over(participant)
    return _booked(participant)


def clocks_of(participant: Participant) -> BothClocks:
    """Return when it is, on the same clock the mails use, and on the therapist's."""
    appointment = participant.appointment
    return on_both_clocks(
        appointment.starts_at,
        clients_zone(participant),
        zone(appointment.therapist.time_zone),
        name=appointment.therapist.first_name,
    )


def thing(appointment: Appointment) -> str:
    """Return "call" or "session"."""
    return str(_("call") if is_call(appointment.kind) else _("session"))


def _booked(participant: Participant) -> Panel:
    when = clocks_of(participant).words
    if participant.role is Role.GUARDIAN:
        expected = str(_("We expect the person you care for on %(when)s.", when=when))
        return Panel("booked", str(_("It is booked")), [expected])
    return Panel(
        "booked",
        str(_("You are booked")),
        [
            str(_("We will see you on %(when)s.", when=when)),
            str(_("You do not need to do anything else today.")),
        ],
    )


def _requested(participant: Participant) -> Panel:
    appointment = participant.appointment
    mine, name = clients_zone(participant), appointment.therapist.first_name
    answer_by = appointment.expires_at or appointment.starts_at
    return Panel(
        "waiting",
        str(_("Your request is in")),
        [
            str(
                _(
                    "%(name)s will answer by %(when)s. We hold the time for you until then.",
                    name=name,
                    when=until(answer_by, mine),
                )
            )
        ],
    )


def left_panel(participant: Participant, left: Leaving | None) -> Panel:
    """Return what to say to somebody who is not coming, while the others may."""
    appointment = participant.appointment
    said = [_("You are not booked for %(when)s any more.", when=clocks_of(participant).words)]
    if left is not None and left.fee_cents:
        said.append(_late_words(appointment, dollars(left.fee_cents)))
    said.append(_("You are welcome back any time."))
    heading = _("You are not coming to this %(thing)s", thing=thing(appointment))
    return Panel("ended", str(heading), [str(each) for each in said])


def _cancelled(appointment: Appointment) -> Panel:
    sentences = [str(_("You are welcome back any time."))]
    fee = dollars(appointment.fee_cents)
    if fee and appointment.fee_waived_at is None:
        sentences.insert(0, _late_words(appointment, fee))
    return Panel(
        "ended", str(_("That %(thing)s is cancelled", thing=thing(appointment))), sentences
    )


def _late_words(appointment: Appointment, fee: str) -> str:
    return str(
        _(
            "It was cancelled late, so the fee is %(fee)s. If something urgent came up, "
            "tell us. %(name)s can waive it.",
            fee=fee,
            name=appointment.therapist.first_name,
        )
    )


def _turned_down(appointment: Appointment) -> Panel:
    name = appointment.therapist.first_name
    return Panel(
        "ended",
        str(_("That time did not work out")),
        [
            str(
                _(
                    "%(name)s could not take your request. Another time may suit you both.",
                    name=name,
                )
            )
        ],
    )


def _not_answered(appointment: Appointment) -> Panel:
    name = appointment.therapist.first_name
    return Panel(
        "ended",
        str(_("Your request has ended")),
        [
            str(_("We are sorry: %(name)s did not answer in time. Nothing is booked.", name=name)),
        ],
    )


def _over(participant: Participant) -> Panel:
    appointment = participant.appointment
    when = clocks_of(participant).words
    if appointment.status is Status.NO_SHOW:
        said = _("We missed you that day. That happens. You can pick a new time here.")
    else:
        said = _("It was on %(when)s. You are welcome back any time.", when=when)
    heading = _("This %(thing)s is over", thing=thing(appointment))
    return Panel("ended", str(heading), [str(said)])
