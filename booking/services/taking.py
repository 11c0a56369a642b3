"""Taking time: an appointment's row, and the claim that holds the therapist's time for it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.lifecycle import Modality, Status
from booking.domain.zones import TZDATA_VERSION, zone
from booking.models import Appointment, Claim, Practice, SessionType
from booking.services.offers import Ask
from booking.services.owed import Subject
from booking.services.rows import Values, add_row, add_rows, add_rows_and_tell


def take_time(
    session: Session, ask: Ask, practice: Practice, modality: Modality, values: Values
) -> Subject:
    """Write an appointment that claims the therapist's time; return what it is.

    `values` say what becomes of it: status, version and when. The unit of work raises
    `SlotTaken` if the database refuses the claim.
    """
    taken = stand_beside(session, ask, practice, modality, values)
    add_rows(session, Claim, [claim_row(ask, taken.id)])
    return taken


def stand_beside(
    session: Session, ask: Ask, practice: Practice, modality: Modality, values: Values
) -> Subject:
    """Write one that claims no time, since a group that meets then has it: a seat that is held."""
    row = _row(ask, practice, modality, values)
    return _subject(ask, add_row(session, Appointment, row), row)


def take_times(
    session: Session, asks: Sequence[tuple[Ask, Modality, Values]], practice: Practice
) -> list[Subject]:
    """Do the same for many times at once, each with values of its own, in their order."""
    rows = [_row(ask, practice, modality, values) for ask, modality, values in asks]
    ids = add_rows_and_tell(session, Appointment, rows)
    taken = [(ask, key) for (ask, _modality, _values), key in zip(asks, ids, strict=True)]
    add_rows(session, Claim, [claim_row(ask, key) for ask, key in taken])
    return [_subject(ask, key, row) for (ask, key), row in zip(taken, rows, strict=True)]


def claim_row(ask: Ask, appointment_id: int) -> dict[str, Any]:
    """Return the claim of an appointment on the therapist's time."""
    return {
        "resource_id": ask.therapist.resource_id,
        "appointment_id": appointment_id,
        "from_at": ask.claim.start,
        "until_at": ask.claim.end,
    }


def _row(ask: Ask, practice: Practice, modality: Modality, values: Values) -> dict[str, Any]:
    return {
        "hold_id": random_id(),
        "uid": f"{random_id()}@stillhour",
        "therapist_id": ask.therapist.id,
        "session_type_id": ask.session_type.id,
        "modality": modality,
        **terms(ask.session_type, practice),
        **when(ask),
        **values,
    }


def _subject(ask: Ask, appointment_id: int, row: Values) -> Subject:
    return Subject(
        appointment_id,
        row["version"],
        ask.session.start,
        ask.session.end,
        ask.therapist.id,
        confirmed=row["status"] is Status.CONFIRMED,
    )


def terms(session_type: SessionType, practice: Practice) -> dict[str, Any]:
    """Return what was agreed, to be kept with the appointment whatever changes later."""
    return {
        "kind": session_type.kind,
        "buffer_before": session_type.buffer_before,
        "buffer_after": session_type.buffer_after,
        "price_cents": session_type.price_cents,
        "cancel_hours": _first(session_type.cancel_hours, practice.cancel_hours),
        "move_hours": _first(session_type.move_hours, practice.move_hours),
        "late_fee_cents": _late_fee(session_type, practice.late_fee_cents),
    }


def kept_terms(appointment: Appointment) -> dict[str, Any]:
    """Return the same of an appointment that keeps what was agreed."""
    names = ("kind", "buffer_before", "buffer_after", "price_cents")
    policy = ("cancel_hours", "move_hours", "late_fee_cents")
    return {name: getattr(appointment, name) for name in (*names, *policy)}


def when(ask: Ask) -> dict[str, Any]:
    """Return when the appointment is, as an instant and as the clock it keeps to will show it."""
    there = ask.clock or ask.therapist.time_zone
    return {
        "starts_at": ask.session.start,
        "ends_at": ask.session.end,
        "wall_starts": ask.starts_at.astimezone(zone(there)).replace(tzinfo=None),
        "time_zone": there,
        "tzdata": TZDATA_VERSION,
    }


def place(appointment: Appointment, ask: Ask) -> None:
    """Set when an appointment is that was at another time, or let go."""
    for name, value in when(ask).items():
        setattr(appointment, name, value)


def _late_fee(session_type: SessionType, practice_fee: int) -> int:
    # A free consultation has no price, so there is nothing a late cancel could cost.
    if session_type.price_cents == 0:
        return 0
    return _first(session_type.late_fee_cents, practice_fee)


def _first(own: int | None, general: int) -> int:
    return general if own is None else own
