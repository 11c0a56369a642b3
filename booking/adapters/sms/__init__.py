"""Hands texts to a carrier's gateway. A Protocol, a fake, one file a vendor."""

from datetime import datetime
from typing import Protocol

from booking.domain.receipts import StatusReport

__all__ = ["SmsSender", "StatusReport"]


class SmsSender(Protocol):
    """A vendor that sends texts.

    No vendor promises to send a text once only, so what `send` raises says what is known:
    nothing happened (`ProviderUnavailable`, `ProviderRejected`), or perhaps it did
    (`OutcomeUnknown`), and then `find` or a receipt must settle it before another try.
    """

    vendor: str

    def send(self, *, to: str, body: str, callback_url: str | None) -> str:
        """Hand over one text and return the vendor's reference for it.

        `to` is in E.164. Receipts are posted to `callback_url`.
        """

    def find(self, *, to: str, body: str, since: datetime) -> str | None:
        """Return the reference of a text handed over at or after `since`, or None.

        Raises `ProviderUnavailable`, and nothing else, when the vendor cannot say.
        """
