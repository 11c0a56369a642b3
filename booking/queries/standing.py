"""Reading what a standing hour hangs on: what was agreed to, and how else it could be held."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.domain.lifecycle import Kind, may_go_on_as
from booking.models import Acceptance, SessionType


def acceptances_of(session: Session, member_id: int) -> Sequence[Acceptance]:
    """Return each edition of the agreement this member said yes to, the newest first."""
    query = (
        select(Acceptance)
        .where(Acceptance.member_id == member_id)
        .options(joinedload(Acceptance.agreement))
        .order_by(Acceptance.accepted_at.desc(), Acceptance.id.desc())
    )
    return session.scalars(query).all()


def series_types(
    session: Session, therapist_id: int, *, like: Kind | None = None
) -> Sequence[SessionType]:
    """Return what the therapist offers as a standing hour, the shortest first.

    With `like` only what those who meet for that kind may go on with.
    """
    query = (
        select(SessionType)
        .where(
            SessionType.therapist_id == therapist_id,
            SessionType.active,
            SessionType.allows_series,
        )
        .order_by(SessionType.minutes, SessionType.id)
    )
    found = session.scalars(query).all()
    return [each for each in found if like is None or may_go_on_as(like, each.kind)]
