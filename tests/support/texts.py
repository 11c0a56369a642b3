"""A sender turned towards the fake Twilio, and one text to send."""

from datetime import UTC, datetime, timedelta

from booking.adapters.sms.twilio import TwilioSms
from tests.support.twilio import FakeTwilio
from tests.support.twilio_numbers import NORMAL_NUMBER, Behaviour

NOON = datetime(2027, 3, 12, 12, 0, tzinfo=UTC)
BODY = "Reminder from Elm Street: tomorrow 3:00 PM. Ref 7Q4. Reply STOP to end texts."
SERVICE = "MG" + "0" * 32
QUICK = timedelta(seconds=0.4)

# The outcome is open, and the text was not made, or was.
OPEN_AND_NOT_MADE = [
    Behaviour.HTML_503,
    Behaviour.EMPTY_500,
    Behaviour.SILENT,
    Behaviour.RESET,
]
OPEN_AND_MADE = [
    Behaviour.LATE,
    Behaviour.RESET_AFTER,
    Behaviour.DRIP,
    Behaviour.GARBLED,
    Behaviour.NO_SID,
]


def sender(twilio: FakeTwilio, **changes: object) -> TwilioSms:
    settings: dict[str, object] = {
        "messaging_service_sid": SERVICE,
        "api_base_url": twilio.url,
    }
    return TwilioSms(twilio.account_sid, twilio.auth_token, **{**settings, **changes})  # type: ignore[arg-type]


def impatient(twilio: FakeTwilio, **changes: object) -> TwilioSms:
    return sender(twilio, timeout=QUICK, **changes)


def send(sms: TwilioSms, to: str = NORMAL_NUMBER, callback_url: str | None = None) -> str:
    return sms.send(to=to, body=BODY, callback_url=callback_url)
