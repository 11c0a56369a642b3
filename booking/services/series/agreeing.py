"""The agreement: which edition holds, who accepted it, and what its acceptance confirms."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.domain import agreements, contact
from booking.domain.agreements import DEFAULT, AgreementText
from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, InvalidInput, Problem
from booking.models import Acceptance, Agreement, Appointment, Series, SeriesMember
from booking.queries.guardians import who_agree
from booking.services.audit import SYSTEM, client, record, therapist
from booking.services.offers import lock_therapist
from booking.services.series.finding import dates_ahead, locked_member
from booking.services.series.telling import (
    AGREED,
    BOOKED,
    CHANGED_TERMS,
    What,
    plan_reminders,
    plan_reminders_of_seats,
    tell_series,
)
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Signature:
    """A yes: the name somebody typed, to which edition, and the particulars they were shown."""

    name: str
    agreement_id: int
    particulars: dict[str, object]
    ip: str | None = None


def agreement_of(session: Session, therapist_id: int) -> Agreement | None:
    """Return the newest edition of a therapist, if they have one yet."""
    query = select(Agreement).filter_by(therapist_id=therapist_id)
    return session.scalars(query.order_by(Agreement.version.desc()).limit(1)).first()


def holding_agreement(session: Session, therapist_id: int, *, now: datetime) -> Agreement:
    """Return the edition that holds, making the first from our own words. Therapist locked."""
    found = agreement_of(session, therapist_id)
    if found is None:
        found = _edition(therapist_id, 1, DEFAULT, now)
        session.add(found)
        session.flush()
    return found


def write_agreement(therapist_id: int, slug: str, typed: AgreementText, *, now: datetime) -> int:
    """Make a new edition and return its version; one that says the same changes nothing.

    Everybody with a standing hour is asked again, by one mail each. Raises `InvalidInput`
    naming each section that is empty or too long.
    """
    text = _clean(typed)

    def work(session: Session) -> int:
        lock_therapist(session, slug)
        held = holding_agreement(session, therapist_id, now=now)
        if text == text_of(held):
            return held.version
        edition = _edition(therapist_id, held.version + 1, text, now)
        session.add(edition)
        session.flush()
        actor = therapist(therapist_id)
        live = select(Series).where(
            Series.therapist_id == therapist_id, Series.status == SeriesStatus.CONFIRMED
        )
        for series in session.scalars(live):
            tell_series(session, series, CHANGED_TERMS, actor=actor, now=now)
        record(session, "agreement written", ("agreement", edition.id), actor=actor, now=now)
        return edition.version

    return unit_of_work(work)


def accept_agreement(member_id: int, signature: Signature, *, now: datetime) -> None:
    """Write the member's yes down; a series that waited for it is confirmed.

    Accepting the same edition again changes nothing. Raises `InvalidInput` without a name or
    for an edition that no longer holds, `IllegalTransition` if the series has run out.
    """
    name = _name(signature.name)

    def work(session: Session) -> None:
        member = locked_member(session, member_id)
        series = member.series
        if not series.status.is_live or has_run_out(series, now) or not keeps_place(member, now):
            raise IllegalTransition(current=series.status, target=SeriesStatus.CONFIRMED)
        edition = holding_agreement(session, series.therapist_id, now=now)
        if edition.id != signature.agreement_id:
            raise InvalidInput(Problem("agreement", "changed"))
        if has_accepted(session, member, edition):
            return
        session.add(
            Acceptance(
                agreement_id=edition.id,
                member_id=member.id,
                name=name,
                particulars=signature.particulars,
                accepted_at=now,
                ip=signature.ip,
            )
        )
        actor = client(member.id)
        record(session, "agreement accepted", ("series", series.id), actor=actor, now=now)
        session.flush()
        settle(session, series, member, now=now)

    unit_of_work(work)


def has_run_out(series: Series, now: datetime) -> bool:
    """Return whether it waited too long to be confirmed now."""
    return series.expires_at is not None and series.expires_at <= now


def keeps_place(member: SeriesMember, now: datetime) -> bool:
    """Return whether the member is in it, and a place in a group was not let go of meanwhile."""
    in_time = member.expires_at is None or member.expires_at > now
    return member.status is not ParticipantStatus.LEFT and in_time


def has_accepted(session: Session, member: SeriesMember, edition: Agreement) -> bool:
    query = select(Acceptance.id).filter_by(member_id=member.id, agreement_id=edition.id)
    return session.scalars(query).first() is not None


def settle(session: Session, series: Series, member: SeriesMember, *, now: datetime) -> None:
    """Confirm the series if nothing is missing any more, and tell; else send the copy alone.

    Each of those who come accepts for themselves, or a guardian does; a payer only pays.
    """
    actor = client(member.id)
    if member.expires_at is not None and member.status is ParticipantStatus.ATTENDING:
        confirm_place(session, member, now=now)
        return
    if series.agreed_at is None and not _still_to_accept(session, series, now):
        series.agreed_at = now
        if series.granted_at is not None:
            confirm(session, series, now=now)
            tell_series(session, series, BOOKED, actor=actor, now=now)
            return
    tell_series(session, series, AGREED, actor=actor, now=now, what=What(only=member))


def confirm(session: Session, series: Series, *, now: datetime) -> None:
    """Confirm the series and every date that is still asked for. Inside a transaction."""
    series.become(SeriesStatus.CONFIRMED)
    series.expires_at = None
    series.version += 1
    parts = [part.id for part in series.parts]
    asked = (Appointment.series_part_id.in_(parts), Appointment.status == Status.REQUESTED)
    session.execute(
        update(Appointment)
        .where(*asked)
        .values(
            status=Status.CONFIRMED,
            expires_at=None,
            booked_at=now,
            version=Appointment.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    plan_reminders(session, series, now=now)
    record(session, "confirmed", ("series", series.id), actor=SYSTEM, now=now)


def confirm_place(session: Session, member: SeriesMember, *, now: datetime) -> None:
    """Make a place in a group theirs for good: they are reminded from now on, and told so."""
    series = member.series
    member.expires_at = None
    ahead = dates_ahead(session, series, now=now)
    seats = [each for date in ahead for each in date.participants if each.member_id == member.id]
    plan_reminders_of_seats(session, seats, now=now)
    ids = {each.series_part_id for each in ahead}
    parts = [part for part in series.parts if part.id in ids]
    what = What(only=member, parts=parts, facts={"member": member.id})
    tell_series(session, series, BOOKED, actor=client(member.id), now=now, what=what)
    about = ("series", series.id)
    record(session, "place confirmed", about, actor=SYSTEM, now=now, member=member.id)


def text_of(edition: Agreement) -> AgreementText:
    return AgreementText(
        edition.goals, edition.procedures, edition.telehealth, edition.confidentiality
    )


def _still_to_accept(session: Session, series: Series, now: datetime) -> set[int]:
    wanted = who_agree(session, series.members, now=now)
    query = select(Acceptance.member_id).where(Acceptance.member_id.in_(wanted))
    return wanted - set(session.scalars(query))


def _edition(therapist_id: int, version: int, text: AgreementText, now: datetime) -> Agreement:
    return Agreement(therapist_id=therapist_id, version=version, created_at=now, **asdict(text))


def _clean(typed: AgreementText) -> AgreementText:
    cleaned: dict[str, str] = {}
    problems = []
    for name, text in asdict(typed).items():
        try:
            cleaned[name] = agreements.section(text)
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    if problems:
        raise InvalidInput(*problems)
    return AgreementText(**cleaned)


def _name(typed: str) -> str:
    try:
        return contact.person_name(typed)
    except ValueError as error:
        raise InvalidInput(Problem("name", str(error))) from error
