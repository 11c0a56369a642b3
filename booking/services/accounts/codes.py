"""Codes of the app and recovery codes: each is taken once, whoever else has seen it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from booking.adapters import totp
from booking.adapters.sealer import Sealer
from booking.domain.staffing import tidy_code
from booking.models import RecoveryCode, StaffAccount
from booking.services.rows import add_rows

HOW_MANY = 10
# Without letters and digits that look alike: 60 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4


def use_code(
    session: Session, account: StaffAccount, code: str, *, sealer: Sealer, now: datetime
) -> bool:
    """Return whether the code is right, and use it up: one of the app, or a recovery code."""
    tidy = tidy_code(code)
    return _use_app(session, account, tidy, sealer, now) or _use_recovery(
        session, account.id, tidy, sealer, now
    )


def recovery_codes(
    session: Session, account_id: int, *, sealer: Sealer, now: datetime
) -> Sequence[str]:
    """Make ten new ones, end the old, and return them: they can be shown this once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    rows = [
        {"account_id": account_id, "code_hash": _mark(account_id, each, sealer), "created_at": now}
        for each in codes
    ]
    add_rows(session, RecoveryCode, rows)
    return ["-".join(each[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for each in codes]


def codes_left(session: Session, account_id: int) -> int:
    query = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalars(query).one()


def _use_app(
    session: Session, account: StaffAccount, code: str, sealer: Sealer, now: datetime
) -> bool:
    secret = sealer.open(account.totp_secret)
    step = totp.step_of(secret, code, now=now) if secret else None
    if step is None:
        return False
    later = update(StaffAccount).where(StaffAccount.id == account.id, StaffAccount.totp_step < step)
    taken = session.execute(later.values(totp_step=step).returning(StaffAccount.id))
    return taken.one_or_none() is not None


def _use_recovery(
    session: Session, account_id: int, code: str, sealer: Sealer, now: datetime
) -> bool:
    unused = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == _mark(account_id, code, sealer),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(unused.values(used_at=now).returning(RecoveryCode.id))
    return used.one_or_none() is not None


def _mark(account_id: int, code: str, sealer: Sealer) -> str:
    return sealer.mark(f"recovery {account_id} {code}")
