"""The demo's own way in: as anybody who works there, with nothing to prove."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.models import StaffAccount
from booking.queries.staff import given_parts
from booking.services.accounts.sessions import Came, begin
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work


def sign_in_as(account_id: int, came: Came, *, parts: Parts, now: datetime) -> str:
    """Begin a session and return its key; raise `NotFound` wherever this is not the demo."""
    if not parts.settings.demo:
        raise NotFound("demo")

    def work(session: Session) -> str:
        account = session.get(StaffAccount, account_id)
        if account is None or not given_parts(account):
            raise NotFound("account")
        return begin(session, account_id, came, proved_at=now, now=now)

    return unit_of_work(work)
