"""A text as the fake Twilio keeps it, and the forms it posts about texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from tests.support.twilio_numbers import Behaviour

STOP_WORDS = frozenset(
    {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
OPT_OUT_TYPES = {"STOP": STOP_WORDS, "START": START_WORDS, "HELP": HELP_WORDS}


@dataclass
class Text:
    """One accepted message, and what will be said of it."""

    sid: str
    account_sid: str
    form: Mapping[str, str]
    created_at: datetime
    behaviour: Behaviour
    status: str
    error_code: str = ""

    @property
    def to(self) -> str:
        return self.form["To"]

    @property
    def body(self) -> str:
        return self.form["Body"]

    def resource(self) -> dict[str, object]:
        made = format_datetime(self.created_at)
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "to": self.to,
            "from": self.form.get("From"),
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "num_segments": "0" if "MessagingServiceSid" in self.form else "1",
            "date_created": made,
            "date_updated": made,
            "date_sent": None,
            "error_code": int(self.error_code) if self.error_code else None,
            "error_message": None,
        }


def inbound_fields(
    sid: str, account_sid: str, *, sender: str, number: str, body: str
) -> dict[str, str]:
    """Return the form of an inbound text; a lone keyword in it is named in OptOutType."""
    word = body.strip().upper()
    kind = next((kind for kind, words in OPT_OUT_TYPES.items() if word in words), None)
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": account_sid,
        "From": sender,
        "To": number,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "FromCountry": "US",
        "FromState": "NY",
        "FromCity": "",
        "FromZip": "",
        "ApiVersion": "2010-04-01",
        **({"OptOutType": kind} if kind else {}),
    }


def status_fields(text: Text, number: str, *, sid: str | None = None) -> dict[str, str]:
    """Return the form of a receipt that reports where `text` stands now."""
    return {
        "MessageSid": sid or text.sid,
        "SmsSid": sid or text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
        "AccountSid": text.account_sid,
        "From": text.form.get("From") or number,
        "To": text.to,
        "ApiVersion": "2010-04-01",
        **({"ErrorCode": text.error_code} if text.error_code else {}),
    }
