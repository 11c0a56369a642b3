"""Reading what the page of one therapist tells beyond their card."""

from datetime import timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Kind
from booking.domain.policy import Policy
from booking.errors import NotFound
from booking.models import SessionType, Therapist
from booking.queries.practices import the_practice


def therapist_by_slug(session: Session, slug: str) -> Therapist:
    """Return an active therapist; raise `NotFound`."""
    therapist = session.scalars(select(Therapist).filter_by(slug=slug, active=True)).one_or_none()
    if therapist is None:
        raise NotFound("therapist")
    return therapist


def policy_of(session: Session, therapist: Therapist) -> Policy:
    """Return what holds for a therapist's sessions: of the single ones, if there are any."""
    practice = the_practice(session)
    query = (
        select(SessionType.cancel_hours, SessionType.move_hours, SessionType.late_fee_cents)
        .filter_by(therapist_id=therapist.id, active=True)
        .order_by(case((SessionType.kind == Kind.INDIVIDUAL, 0), else_=1), SessionType.id)
    )
    own = session.execute(query).first()
    cancel, move, fee = own or (None, None, None)
    return Policy(
        cancel_cutoff=timedelta(hours=practice.cancel_hours if cancel is None else cancel),
        move_cutoff=timedelta(hours=practice.move_hours if move is None else move),
        late_fee_cents=practice.late_fee_cents if fee is None else fee,
    )
