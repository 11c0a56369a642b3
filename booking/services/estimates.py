"""Estimates of cost: written down when they are owed, and mailed as a link.

What is owed is asked of the tables as they are, never of what happened: a run that was broken
off is made good by the next one, and nobody is told twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.messages import Channel, MessageKind
from booking.errors import NotFound
from booking.models import Appointment, CostEstimate, Participant, Series, SeriesMember, db
from booking.queries.estimates import (
    Payer,
    members_ahead,
    newest_estimate,
    participants_ahead,
    whose_estimate,
)
from booking.services.audit import SYSTEM, record
from booking.services.estimating import (
    REQUESTED,
    Draft,
    asked_for,
    days_at,
    frozen,
    owed_to,
    thawed,
)
from booking.services.owed import Owed, owe
from booking.services.owing import reader_of
from booking.services.unit_of_work import unit_of_work

USEFUL_FOR = timedelta(days=14)


def owe_estimates(*, now: datetime) -> int:
    """Write and owe every estimate that is owed by now; return how many.

    Each is a transaction of its own. Running twice, or at the same time, makes none twice.
    """
    session = db.session()
    wanting = _wanting(session, now)
    session.rollback()
    written = [unit_of_work(partial(_owe, of=of, key=key, now=now)) for of, key in wanting]
    return sum(written)


def request_estimate(of: type[Payer], key: int, *, now: datetime) -> int:
    """Write the estimate that somebody asks for, owe it to them, and return its id.

    They are a `SeriesMember` or a `Participant`, by id. Asking once more while all is the same
    makes no other one that day. Raises `NotFound` if nothing ahead costs anything, and where
    practices owe none.
    """

    def work(session: Session) -> int:
        whose, days = _locked(session, of, key), days_at(session, now)
        draft = asked_for(session, whose, days) if days and _is_live(whose) else None
        if draft is None:
            raise NotFound("estimate")
        old = newest_estimate(session, whose)
        if old is not None and old.why == REQUESTED and thawed(old) == draft.estimate:
            return old.id
        return _write(session, whose, draft, now)

    return unit_of_work(work)


def _wanting(session: Session, now: datetime) -> list[tuple[type[Payer], int]]:
    """Return who is owed an estimate, by a look that changes nothing and locks nobody out."""
    days = days_at(session, now)
    if days is None:
        return []
    everyone: Sequence[Payer] = [*members_ahead(session), *participants_ahead(session, now=now)]
    return [(type(each), each.id) for each in everyone if owed_to(session, each, days)]


def _owe(session: Session, *, of: type[Payer], key: int, now: datetime) -> bool:
    whose, days = _locked(session, of, key), days_at(session, now)
    draft = owed_to(session, whose, days) if days and _is_live(whose) else None
    if draft is None:
        return False
    _write(session, whose, draft, now)
    return True


def _locked(session: Session, of: type[Payer], key: int) -> Payer:
    """Return them afresh, with the row locked that all their editions are written under."""
    whose: Payer | None
    whose = session.get(SeriesMember, key) if of is SeriesMember else session.get(Participant, key)
    if whose is None:
        raise NotFound("booking")
    if isinstance(whose, SeriesMember):
        session.get(Series, whose.series_id, with_for_update=True, populate_existing=True)
    else:
        at = whose.appointment_id
        session.get(Appointment, at, with_for_update=True, populate_existing=True)
    session.refresh(whose)
    return whose


def _is_live(whose: Payer) -> bool:
    if isinstance(whose, SeriesMember):
        return whose.series.status.is_live
    return whose.appointment.status.is_live


def _write(session: Session, whose: Payer, draft: Draft, now: datetime) -> int:
    old = newest_estimate(session, whose)
    if old is not None:
        old.replaced_at = now
    row = CostEstimate(
        link_id=random_id(),
        number=old.number + 1 if old else 1,
        why=draft.why,
        made_on=draft.estimate.made_on,
        due_on=draft.due_on,
        covers_from=draft.estimate.covers_from,
        covers_until=draft.estimate.covers_until,
        time_zone=draft.zone.key,
        lines=frozen(draft.estimate),
        total_cents=draft.estimate.total_cents,
        created_at=now,
        **whose_estimate(whose),
    )
    session.add(row)
    session.flush()
    _mail(session, row, now)
    record(session, "estimated", ("estimate", row.id), actor=SYSTEM, now=now, why=draft.why)
    return row.id


def mail_estimates_anew(session: Session, whose: Payer, *, now: datetime) -> None:
    """End every link to an estimate of theirs that was mailed, and mail the newest once more."""
    mine = whose_estimate(whose)
    session.execute(
        update(CostEstimate).filter_by(**mine).values(link_version=CostEstimate.link_version + 1)
    )
    newest = newest_estimate(session, whose)
    if newest is not None:
        _mail(session, newest, now)


def _mail(session: Session, row: CostEstimate, now: datetime) -> None:
    """Owe the mail with the link. It is about no appointment: no change of one takes it back."""
    reader = None
    if row.participant_id is not None:
        reader = reader_of(session, session.get_one(Participant, row.participant_id))
    mail = Owed(
        kind=MessageKind.ESTIMATE,
        channel=Channel.EMAIL,
        due_at=now,
        stale_at=now + USEFUL_FOR,
        member_id=row.member_id,
        reader=reader,
        facts={"estimate": row.id},
    )
    owe(session, mail, now=now)
