"""Texts through Twilio's Messages API (2010-04-01)."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from booking.adapters.sms.twilio_wire import ListedText, TwilioWire

DEFAULT_BASE_URL = "https://api.twilio.com"
LONGEST_VALIDITY = timedelta(seconds=36_000)
# Twilio notes whole seconds of its own clock.
CLOCK_SLACK = timedelta(seconds=30)
LOOKED_THROUGH = 100
TRIAL_PREFIX = "Sent from your Twilio trial account - "


@dataclass(frozen=True, eq=False)
class TwilioSms:
    """Sends from a messaging service, or else from one number.

    A text Twilio could not deliver within `validity` is given up. No call takes longer than
    `timeout`, and none is repeated here.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    _: KW_ONLY
    messaging_service_sid: str | None = None
    from_number: str | None = field(default=None, repr=False)
    api_base_url: str = DEFAULT_BASE_URL
    validity: timedelta = timedelta(seconds=900)
    timeout: timedelta = timedelta(seconds=10)

    vendor = "twilio"

    def __post_init__(self) -> None:
        if not (self.account_sid and self.auth_token):
            raise ValueError("texts need an account and its token")
        if not (self.messaging_service_sid or self.from_number):
            raise ValueError("texts need a messaging service or a number to come from")
        base = urlsplit(self.api_base_url)
        if base.scheme not in {"http", "https"} or not base.hostname:
            raise ValueError(f"not an http address: {self.api_base_url}")
        if not timedelta(seconds=1) <= self.validity <= LONGEST_VALIDITY:
            raise ValueError(f"validity out of bounds: {self.validity}")

    def send(self, *, to: str, body: str, callback_url: str | None) -> str:
        """Hand over one text, once, and return its Twilio SID."""
        fields: dict[str, object] = {
            "to": to,
            "body": body,
            "validity_period": int(self.validity.total_seconds()),
        }
        if self.messaging_service_sid:
            fields["messaging_service_sid"] = self.messaging_service_sid
        else:
            fields["from_"] = self.from_number
        if callback_url:
            fields["status_callback"] = callback_url
        return self._wire.create(fields)

    def find(self, *, to: str, body: str, since: datetime) -> str | None:
        """Return the SID of the newest such text. Twilio filters by number; the rest is ours."""
        for text in self._texts_since(to, since - CLOCK_SLACK):
            if _same_words(text.body, body) and text.reference:
                return text.reference
        return None

    def _texts_since(self, to: str, since: datetime) -> "Iterator[ListedText]":
        for text in self._wire.texts_to(to, at_most=LOOKED_THROUGH):
            if text.created_at is not None and text.created_at.astimezone(UTC) < since:
                return
            if text.direction != "inbound":
                yield text

    @cached_property
    def _wire(self) -> "TwilioWire":
        # Twilio's client is heavy, and a web process never sends.
        from booking.adapters.sms.twilio_wire import (  # noqa: PLC0415
            BoundedHttpClient,
            TwilioWire,
        )

        http = BoundedHttpClient(self.api_base_url, self.timeout)
        return TwilioWire(self.account_sid, self.auth_token, http)


def _same_words(listed: str | None, body: str) -> bool:
    return (listed or "").removeprefix(TRIAL_PREFIX).strip() == body.strip()
