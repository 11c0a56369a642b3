"""What clients do to appointments of theirs: move, cancel, take back, put an address right."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.domain import policy as rules
from booking.domain.lifecycle import Status, check_move
from booking.domain.participants import ParticipantStatus
from booking.domain.policy import Policy
from booking.errors import (
    IllegalTransition,
    LateCancel,
    NotFound,
    Rule,
    RuleBroken,
)
from booking.models import Appointment, Claim, Participant, Therapist
from booking.queries.coming import may_arrange, who_come
from booking.services.audit import Actor, client, record
from booking.services.identity import claim_for_client
from booking.services.offers import Ask, check_time, lock_therapist
from booking.services.owing import (
    BOOKED,
    CANCELLED,
    MOVED,
    REQUESTED,
    News,
    tell,
)
from booking.services.parts import Parts
from booking.services.taking import place
from booking.services.unit_of_work import unit_of_work

UNDO_WITHIN = timedelta(minutes=3)


def policy_of(appointment: Appointment) -> Policy:
    """Return the policy as it was agreed when the appointment was booked.

    Whoever was asked to choose another time may do so until the start.
    """
    asked = appointment.asked_to_move_at is not None
    return Policy(
        cancel_cutoff=timedelta(hours=appointment.cancel_hours),
        move_cutoff=timedelta(0) if asked else timedelta(hours=appointment.move_hours),
        late_fee_cents=appointment.late_fee_cents,
    )


def move(participant_id: int, starts_at: datetime, *, now: datetime) -> None:
    """Move the appointment; the old time is let go only in the transaction that takes the new.

    Moving to the time it has changes nothing. Raises `RuleBroken` past the cut-off, and
    `SlotTaken` or `RuleBroken` if the new time cannot be had.
    """

    def work(session: Session) -> None:
        participant, therapist = locked_seat(session, participant_id)
        appointment = participant.appointment
        check_live(appointment, "moved")
        if starts_at == appointment.starts_at:
            return
        rules.check_move(
            policy_of(appointment),
            starts_at=appointment.starts_at,
            booked_at=appointment.booked_at or appointment.created_at,
            now=now,
        )
        check_may_arrange(participant)
        ask = _ask(participant, therapist, starts_at)
        for state in _states(participant):
            check_time(session, replace(ask, state=state), now=now)
        _take(session, appointment, ask)
        appointment.asked_to_move_at = None
        appointment.version += 1
        tell(session, appointment, MOVED, actor=client(participant.id), now=now)
        record(session, "moved", _subject(appointment), actor=client(participant.id), now=now)

    unit_of_work(work)


def cancel(
    participant_id: int, *, accept_late: bool, reason: str, parts: Parts, now: datetime
) -> None:
    """Cancel the appointment and free its time at once; cancelling again changes nothing.

    Possible until the start. Past the cut-off it is late and costs the fee: then
    `accept_late` must be given, or `LateCancel` is raised and nothing is changed. Staff may
    waive the fee.
    """

    def work(session: Session) -> None:
        participant, _ = locked_seat(session, participant_id)
        appointment = participant.appointment
        if appointment.status is Status.CANCELLED:
            return
        check_may_arrange(participant)
        check_move(appointment.status, Status.CANCELLED)
        outcome = _outcome(appointment, now)
        if outcome.late and not accept_late:
            raise LateCancel(outcome.fee_cents)
        appointment.late, appointment.fee_cents = outcome.late, outcome.fee_cents
        appointment.cancel_reason = parts.sealer.seal_or_none(reason)
        end(session, appointment, client(participant.id), now=now)

    unit_of_work(work)


def end(
    session: Session,
    appointment: Appointment,
    actor: Actor,
    *,
    now: datetime,
    news: News = CANCELLED,
    but_not: Collection[int] = (),
) -> None:
    """Cancel inside a transaction: status, time, messages, audit.

    Participants in `but_not` are told in some other way.
    """
    appointment.become(Status.CANCELLED)
    appointment.cancelled_at, appointment.cancelled_by = now, actor.kind
    appointment.claims.clear()
    session.flush()
    tell(session, appointment, news, actor=actor, now=now, but_not=but_not)
    record(session, "cancelled", _subject(appointment), actor=actor, now=now, late=appointment.late)


def undo_cancel(participant_id: int, *, now: datetime) -> None:
    """Book a time just cancelled again, if it is still open; the same appointment goes on.

    Within three minutes of cancelling. Raises `RuleBroken` later, `SlotTaken` if it is gone.
    """

    def work(session: Session) -> None:
        participant, therapist = locked_seat(session, participant_id)
        appointment = participant.appointment
        if appointment.status is not Status.CANCELLED or appointment.cancelled_at is None:
            return
        check_may_arrange(participant)
        if now - appointment.cancelled_at > UNDO_WITHIN or appointment.cancelled_by != "client":
            raise RuleBroken(Rule.POLICY)
        ask = _ask(participant, therapist, appointment.starts_at)
        _check_still_free(session, ask, now)
        asked = appointment.expires_at is not None
        appointment.become(Status.REQUESTED if asked else Status.CONFIRMED)
        appointment.cancelled_at = appointment.cancelled_by = appointment.cancel_reason = None
        appointment.late, appointment.fee_cents = False, 0
        _take(session, appointment, ask)
        actor = client(participant.id)
        tell(session, appointment, REQUESTED if asked else BOOKED, actor=actor, now=now)
        record(session, "cancel undone", _subject(appointment), actor=actor, now=now)

    unit_of_work(work)


def check_may_arrange(participant: Participant) -> None:
    """Raise `RuleBroken` for somebody who may not act for everybody."""
    if not may_arrange(participant):
        raise RuleBroken(Rule.POLICY)


def _states(participant: Participant) -> set[str | None]:
    """Return every place where one of those who come will be."""
    there = {each.state for each in who_come(participant.appointment.participants)}
    return there or {participant.state}


def _ask(participant: Participant, therapist: Therapist, starts_at: datetime) -> Ask:
    """Return what is asked of the calendar: a date of a series may be as far off as it is."""
    appointment, part = participant.appointment, participant.appointment.series_part
    length = appointment.ends_at - appointment.starts_at
    return Ask(
        therapist,
        appointment.session_type,
        starts_at,
        participant.state,
        appointment.id,
        minutes=length // timedelta(minutes=1),
        standing=part is not None,
        clock=part.zone if part is not None else None,
    )


def locked_seat(session: Session, participant_id: int) -> tuple[Participant, Therapist]:
    """Return the participant and their therapist, locked, reading everything afresh."""
    participant = session.get(Participant, participant_id)
    if participant is None:
        raise NotFound("booking")
    therapist = lock_therapist(session, participant.appointment.therapist.slug)
    session.refresh(participant.appointment)
    return participant, therapist


def check_live(appointment: Appointment, target: str) -> None:
    """Raise `IllegalTransition` for an appointment that is over or off."""
    if not appointment.status.is_live:
        raise IllegalTransition(current=appointment.status, target=target)


def _outcome(appointment: Appointment, now: datetime) -> rules.Cancellation:
    if appointment.status is Status.REQUESTED:
        return rules.Cancellation(late=False, fee_cents=0)
    return rules.cancellation(
        policy_of(appointment),
        starts_at=appointment.starts_at,
        booked_at=appointment.booked_at or appointment.created_at,
        now=now,
    )


def _check_still_free(session: Session, ask: Ask, now: datetime) -> None:
    """Ask the rules again, but for notice: the time was theirs a moment ago.

    Where notice hides what else is wrong, the database still refuses a time that is taken.
    """
    try:
        check_time(session, ask, now=now)
    except RuleBroken as refused:
        if refused.rule is not Rule.NOTICE:
            raise


def _take(session: Session, appointment: Appointment, ask: Ask) -> None:
    """Let the old claims go and take the new ones, in the open transaction."""
    appointment.claims.clear()
    session.flush()
    place(appointment, ask)
    claim = ask.claim
    appointment.claims.append(
        Claim(resource_id=ask.therapist.resource_id, from_at=claim.start, until_at=claim.end)
    )
    for each in who_come(appointment.participants):
        here = each.status is ParticipantStatus.ATTENDING
        if here and each.person.resource_id is not None:
            claim_for_client(appointment, each.person)
    session.flush()


def _subject(appointment: Appointment) -> tuple[str, int]:
    return ("appointment", appointment.id)
