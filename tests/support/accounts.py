"""Accounts of those who work here, set up and ready to sign in."""

from datetime import datetime
from uuid import uuid4

from booking.adapters import totp
from booking.models import StaffAccount
from booking.services.parts import Parts
from tests import factories
from tests.factories import NOW

PASSWORD = "lantern orbit velvet tuba"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def an_account(parts: Parts, *, set_up: bool = True, **values: object) -> int:
    """Make an account and return its id; one that is set up has `PASSWORD` and `SECRET`."""
    email = str(values.get("email", f"{uuid4().hex[:8]}@alder.example"))
    defaults: dict[str, object] = {
        "name": "Ines Moreau",
        "email": email,
        "email_key": email,
        "user_handle": uuid4().hex,
        "created_at": NOW,
    }
    if set_up:
        defaults["password_hash"] = parts.passwords.hash(PASSWORD)
        defaults["totp_secret"] = parts.sealer.seal(SECRET)
    row = StaffAccount(**defaults | values)
    factories.saved(row)
    return row.id


def code_at(now: datetime, secret: str = SECRET) -> str:
    """Return what the app of such an account shows."""
    return totp.code_at(secret, now)
