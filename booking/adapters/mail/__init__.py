"""Letters to one person each, and the port through which they leave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from booking.adapters.calendar import Method


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, in plain text and in HTML.

    `message_id` is without its angle brackets and the same on every attempt. `calendar` is
    an object made by `booking.adapters.calendar.render`, and `method` the one it was made with.
    `list_unsubscribe` is the address of a page, where the letter is one people may refuse.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    written_at: datetime
    calendar: bytes | None = None
    method: Method | None = None
    list_unsubscribe: str | None = None


class MailSender(Protocol):
    """A way out for mail."""

    def send(self, *, to: str, message: bytes) -> None:
        """Hand the message, headers and all, over to be carried to `to` alone.

        Raise `ProviderUnavailable` when it was not accepted and a later try may succeed,
        `ProviderRejected` when none will, and `OutcomeUnknown` when it was handed over whole and
        no answer came back.
        """
