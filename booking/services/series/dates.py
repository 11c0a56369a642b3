"""The dates of a series, written many at once: appointments, claims, people, reminders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.interval import Interval
from booking.domain.lifecycle import Modality, Status
from booking.domain.participants import ParticipantStatus, Role
from booking.models import (
    Appointment,
    Claim,
    Participant,
    Practice,
    Series,
    SeriesMember,
    SeriesPart,
    SmsConsent,
)
from booking.queries.coming import is_written_to
from booking.services.offers import Ask
from booking.services.owed import Reader, Subject, owe_each
from booking.services.owing import drop_owed, reminders_for
from booking.services.rows import Values, add_rows, add_rows_and_tell
from booking.services.taking import take_times


@dataclass(frozen=True, slots=True)
class NewDate:
    """One date to be made: the date of the rule it stands for, and when it really is."""

    occurrence: date
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Dates of one part, with what they have in common.

    `values` are their status, when they were booked and until when they are held.
    """

    part: SeriesPart
    dates: Sequence[NewDate]
    values: Values


def make_dates(
    session: Session, series: Series, batch: Batch, practice: Practice, *, now: datetime
) -> list[Subject]:
    """Write the dates, claim the time for the therapist and for verified clients, and remind.

    The unit of work raises `SlotTaken` if the database refuses a claim.
    """
    return make_dates_of([(series, batch)], session, practice, now=now)[0]


def make_dates_of(
    batches: Sequence[tuple[Series, Batch]], session: Session, practice: Practice, *, now: datetime
) -> list[list[Subject]]:
    """Do the same for several series at once, in as many statements as for one."""
    asks = [ask for _series, batch in batches for ask in _asks(batch, now)]
    taken = iter(take_times(session, asks, practice))
    dates = [list(islice(taken, len(batch.dates))) for _, batch in batches]
    pairs = [
        (member, subject)
        for (series, _), subjects in zip(batches, dates, strict=True)
        for subject in subjects
        for member in attending(series.members)
    ]
    _seat(session, pairs, practice, now=now)
    return dates


def ask_for(part: SeriesPart, starts_at: datetime) -> Ask:
    """Return what one date asks of the therapist's time. It keeps to the clock of its rule."""
    return Ask(
        part.series.therapist,
        part.session_type,
        starts_at,
        None,
        minutes=part.minutes,
        clock=part.zone,
    )


def _asks(batch: Batch, now: datetime) -> Iterable[tuple[Ask, Modality, Values]]:
    part = batch.part
    for each in batch.dates:
        values = {"series_part_id": part.id, "occurrence": each.occurrence}
        yield (
            ask_for(part, each.starts_at),
            part.modality,
            {"version": 1, "created_at": now, **values, **batch.values},
        )


def seat_members(
    session: Session,
    members: Sequence[SeriesMember],
    subjects: Sequence[Subject],
    practice: Practice,
    *,
    now: datetime,
) -> None:
    """Write the members down as taking part in each of the appointments, and plan reminders."""
    pairs = [(member, subject) for subject in subjects for member in members]
    _seat(session, pairs, practice, now=now)


def _seat(
    session: Session,
    pairs: Sequence[tuple[SeriesMember, Subject]],
    practice: Practice,
    *,
    now: datetime,
) -> None:
    texted = who_wants_texts(session, list({member.id: member for member, _ in pairs}.values()))
    rows = [participant_row(member, subject.id) for member, subject in pairs]
    ids = add_rows_and_tell(session, Participant, rows)
    add_rows(session, Claim, list(_own_claims(pairs)))
    owed = []
    for (member, subject), row, key in zip(pairs, rows, ids, strict=True):
        if subject.confirmed and is_written_to(member):
            zone = member.person.time_zone
            reader = Reader(key, row["link_id"], zone, member.id in texted)
            owed += [(each, subject) for each in reminders_for(subject, reader, practice, now)]
    owe_each(session, owed, now=now)


def participant_row(member: SeriesMember, appointment_id: int) -> dict[str, Any]:
    """Return who a member is in one appointment, with links of its own."""
    return {
        "appointment_id": appointment_id,
        "person_id": member.person_id,
        "member_id": member.id,
        "role": member.role,
        "seat": member.seat,
        "books": member.books,
        "link_id": random_id(),
        "phone": member.phone,
        "state": member.state,
        "country": member.country,
        "need": member.need,
        "payment": member.payment,
        "language": member.language,
    }


def client_claims(appointment: Appointment, session_: Interval) -> Iterable[dict[str, Any]]:
    """Yield the claims of verified clients on their own time, should it be at that time."""
    for participant in appointment.participants:
        here = participant.status is ParticipantStatus.ATTENDING
        if here and participant.role is Role.CLIENT and participant.person.resource_id is not None:
            yield {
                "resource_id": participant.person.resource_id,
                "appointment_id": appointment.id,
                "from_at": session_.start,
                "until_at": session_.end,
            }


def free_time(session: Session, ids: Sequence[int]) -> None:
    """Free the time of all these dates, and what is still owed about them."""
    session.execute(
        delete(Claim)
        .where(Claim.appointment_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    drop_owed(session, ids)


def cancel_dates(session: Session, dates: Sequence[Appointment], *, by: str, now: datetime) -> None:
    """Cancel dates whose time has been let go already. Nobody is told here."""
    for each in dates:
        each.become(Status.CANCELLED)
        each.cancelled_at, each.cancelled_by = now, by
    session.flush()


def attending(members: Iterable[SeriesMember]) -> list[SeriesMember]:
    """Return those who have not left."""
    return [member for member in members if member.status is ParticipantStatus.ATTENDING]


def granted(series: Series) -> dict[str, Any]:
    """Return what the dates of a series are at this moment, as the series is."""
    confirmed = series.agreed_at is not None and series.granted_at is not None
    if series.booked_at is None:
        status = Status.HELD
    else:
        status = Status.CONFIRMED if confirmed else Status.REQUESTED
    expires_at = None if confirmed and series.booked_at else series.expires_at
    return {"status": status, "booked_at": series.booked_at, "expires_at": expires_at}


def _own_claims(pairs: Iterable[tuple[SeriesMember, Subject]]) -> Iterable[dict[str, Any]]:
    for member, subject in pairs:
        if member.person.resource_id is not None and member.role is Role.CLIENT:
            yield {
                "resource_id": member.person.resource_id,
                "appointment_id": subject.id,
                "from_at": subject.starts_at,
                "until_at": subject.ends_at,
            }


def who_wants_texts(session: Session, members: Sequence[SeriesMember]) -> set[int]:
    """Return the ids of the members who agreed to texts on the number they gave."""
    phones = {member.person_id: member for member in members if member.phone is not None}
    query = select(SmsConsent.person_id, SmsConsent.phone).where(
        SmsConsent.person_id.in_(phones), SmsConsent.revoked_at.is_(None)
    )
    return {
        phones[person_id].id
        for person_id, phone in (session.execute(query).all() if phones else ())
        if phones[person_id].phone == phone
    }
