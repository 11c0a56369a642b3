"""The page of one appointment: what it says depends on how far the appointment has come."""

from dataclasses import dataclass
from datetime import datetime

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.domain.lifecycle import Modality, Status
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.policy import Cancellation, cancel_until, cancellation, check_move
from booking.errors import RuleBroken
from booking.models import Appointment, Participant
from booking.queries.coming import may_arrange
from booking.services.changes import UNDO_WITHIN, policy_of
from booking.services.messages.telling import clients_zone
from booking.web.views.clocks import BothClocks, until
from booking.web.views.meeting import Terms, Whom, hours_words, how, is_call, terms, what, whom
from booking.web.views.panels import Panel, clocks_of, panel_of


@dataclass(frozen=True, slots=True)
class Calendars:
    """The ways into a calendar: a file, and two links that carry a neutral title."""

    file_href: str
    google_href: str
    outlook_href: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where mail goes. It can be put right until it is proved."""

    email: str
    can_be_corrected: bool
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One appointment as its page shows it."""

    panel: Panel
    token: str
    whom: Whom
    what: str
    how: str
    when: BothClocks
    span: str
    is_live: bool
    is_call: bool
    asked: bool
    by_video: bool
    join_href: str
    terms: Terms
    can_move: bool
    may_arrange: bool
    may_leave: bool
    change_words: str | None
    can_undo: bool
    address: Address
    asks_proof: bool
    again_href: str


def can_undo(appointment: Appointment, now: datetime) -> bool:
    if appointment.status is not Status.CANCELLED or appointment.cancelled_at is None:
        return False
    recent = now - appointment.cancelled_at <= UNDO_WITHIN
    return recent and appointment.cancelled_by == "client" and appointment.starts_at > now


@dataclass(frozen=True, slots=True)
class Cost:
    """What cancelling means now; `fee` in words, empty for nothing.

    `free_until` was or is the last moment at no cost; empty where there never is a cost.
    """

    late: bool
    fee: str
    hours: str
    free_until: str


def cost_of_cancelling(participant: Participant, now: datetime) -> Cost:
    """Return what cancelling now costs. Raises `RuleBroken` once it has begun."""
    appointment = participant.appointment
    found = cancellation(
        policy_of(appointment),
        starts_at=appointment.starts_at,
        booked_at=appointment.booked_at or appointment.created_at,
        now=now,
    )
    return cost_in_words(participant, found, now)


def cost_in_words(participant: Participant, found: Cancellation, now: datetime) -> Cost:
    """Return what cancelling, or only not coming, means now."""
    appointment = participant.appointment
    policy = policy_of(appointment)
    hours = hours_words(policy.cancel_cutoff)
    if appointment.status is Status.REQUESTED:
        return Cost(False, "", hours, "")
    last = cancel_until(policy, appointment.starts_at)
    in_words = until(last, clients_zone(participant)) if policy.late_fee_cents else ""
    if now > last and not found.late:
        in_words = ""  # the grace after booking; its three minutes need no date
    return Cost(found.late, dollars(found.fee_cents), hours, in_words)


def shown(
    participant: Participant,
    *,
    token: str,
    mailed: bool,
    country: str,
    hrefs: tuple[str, str],
    now: datetime,
) -> Shown:
    """Return the page's values; `hrefs` are those to join and to book again."""
    appointment, person = participant.appointment, participant.person
    mine = clients_zone(participant)
    policy = policy_of(appointment)
    proved, arranges = person.verified_at is not None, may_arrange(participant)
    return Shown(
        panel=panel_of(participant, now),
        token=token,
        whom=whom(appointment.therapist),
        what=what(appointment.kind, appointment.session_type.minutes),
        how=how(appointment.modality, appointment.therapist, participant.phone, country=country),
        when=clocks_of(participant),
        span=times.span(appointment.starts_at, appointment.ends_at, mine),
        is_live=_is_here(participant) and appointment.status.is_live and now < appointment.ends_at,
        is_call=is_call(appointment.kind),
        asked=appointment.status is Status.REQUESTED,
        by_video=appointment.modality is Modality.VIDEO,
        join_href=hrefs[0],
        terms=terms(policy, appointment.starts_at, zone=mine, now=now, booked=True),
        can_move=arranges and appointment.status.is_live and may_move(appointment, now),
        may_arrange=arranges,
        may_leave=may_leave(participant),
        change_words=times.change_words(now, appointment.starts_at, mine),
        can_undo=arranges and can_undo(appointment, now),
        address=Address(person.email, not proved and not mailed),
        asks_proof=mailed and not proved,
        again_href=hrefs[1],
    )


def may_leave(participant: Participant) -> bool:
    """Return whether somebody comes beside others, for whom only who booked can speak."""
    comes = _is_here(participant) and participant.role is Role.CLIENT
    return comes and not participant.books and participant.appointment.status.is_live


def _is_here(participant: Participant) -> bool:
    return participant.status is ParticipantStatus.ATTENDING


def may_move(appointment: Appointment, now: datetime) -> bool:
    booked_at = appointment.booked_at or appointment.created_at
    try:
        check_move(
            policy_of(appointment), starts_at=appointment.starts_at, booked_at=booked_at, now=now
        )
    except RuleBroken:
        return False
    return True
