"""Codes of an authenticator app: RFC 6238, six digits, a new one every 30 seconds."""

from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP, random_base32

SECONDS = 30
# The clock of a telephone may be a step behind or ahead of ours.
OFF_BY = (0, -1, 1)


def new_secret() -> str:
    return random_base32()


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return which step of the clock the code is of; None for one that is not of about now."""
    current = int(now.timestamp()) // SECONDS
    app = TOTP(secret, interval=SECONDS)
    for off in OFF_BY:
        if compare_digest(app.generate_otp(current + off).encode(), code.encode()):
            return current + off
    return None


def code_at(secret: str, now: datetime) -> str:
    """Return what the app shows at that moment."""
    return TOTP(secret, interval=SECONDS).at(int(now.timestamp()))


def address(secret: str, *, whose: str, issuer: str) -> str:
    """Return the `otpauth:` address that apps read from the picture."""
    return TOTP(secret, interval=SECONDS).provisioning_uri(name=whose, issuer_name=issuer)
