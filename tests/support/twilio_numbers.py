"""How the fake Twilio treats each number: its own choice, after Twilio's magic numbers."""

from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    NORMAL = "normal"
    # Refused, with Twilio's code for the reason.
    INVALID = "21211"
    NO_ROUTE = "21612"
    COUNTRY_OFF = "21408"
    OPTED_OUT = "21610"
    NO_TEXTS = "21614"
    QUEUE_FULL = "21611"
    PROBLEM_JSON = "problem json"
    THROTTLED = "429"
    THROTTLED_TWICE = "429 twice, then accepted"
    # Broken, so that the outcome is open; the text does not exist.
    HTML_503 = "503 with a page"
    EMPTY_500 = "500 with nothing"
    SILENT = "never answers"
    RESET = "resets the connection"
    # Broken, and the text does exist.
    LATE = "accepted, answered too late"
    RESET_AFTER = "accepted, then resets"
    DRIP = "accepted, answered byte by byte"
    GARBLED = "accepted, answered with no JSON"
    NO_SID = "accepted, answered without a sid"
    ONLY_SID = "accepted, answered with sid and status only"
    # Accepted; it is the receipts that differ.
    UNREACHABLE = "undelivered 30003"
    LANDLINE = "undelivered 30006"
    FILTERED = "undelivered 30007"
    SENT_ONLY = "sent, never delivered"
    OUT_OF_ORDER = "delivered, then sent"
    DUPLICATED = "every receipt twice"
    EXTRA_FIELDS = "receipts with new fields"
    UNKNOWN_STATUS = "a status nobody knows"
    WRONG_SIGNATURE = "receipts with a wrong signature"
    UNKNOWN_SID = "receipts for another sid"
    EARLY = "receipts before the answer"
    NO_RECEIPTS = "no receipts"


# Where Twilio has no magic number the behaviours follow in order, from +15005551007.
NUMBERS = {
    "+15005550001": Behaviour.INVALID,
    "+15005550002": Behaviour.NO_ROUTE,
    "+15005550003": Behaviour.COUNTRY_OFF,
    "+15005550004": Behaviour.OPTED_OUT,
    "+15005550008": Behaviour.QUEUE_FULL,
    "+15005550009": Behaviour.NO_TEXTS,
    **{
        f"+1500555{number}": behaviour
        for number, behaviour in enumerate(list(Behaviour)[7:], start=1007)
    },
}
SENDERS = {"+15005550001": "21212", "+15005550007": "21606", "+15005550008": "21611"}

NORMAL_NUMBER = "+15005551000"

REFUSALS = {
    Behaviour.INVALID: "Invalid 'To' Phone Number",
    Behaviour.NO_ROUTE: "The 'To' phone number is not reachable from that 'From' number",
    Behaviour.COUNTRY_OFF: "Permission to send an SMS has not been enabled for the region",
    Behaviour.OPTED_OUT: "Attempt to send to unsubscribed recipient",
    Behaviour.NO_TEXTS: "'To' number is not a valid mobile number",
    Behaviour.QUEUE_FULL: "This 'From' number has exceeded the maximum number of queued messages",
}
MAKES_NO_TEXT = frozenset(
    {Behaviour.HTML_503, Behaviour.EMPTY_500, Behaviour.SILENT, Behaviour.RESET}
)


@dataclass(frozen=True, slots=True)
class Receipt:
    status: str
    error_code: str = ""


_SENT = [Receipt("queued"), Receipt("sent")]
_DELIVERED = [*_SENT, Receipt("delivered")]
RECEIPTS = {
    Behaviour.UNREACHABLE: [*_SENT, Receipt("undelivered", "30003")],
    Behaviour.LANDLINE: [*_SENT, Receipt("undelivered", "30006")],
    Behaviour.FILTERED: [*_SENT, Receipt("undelivered", "30007")],
    Behaviour.SENT_ONLY: _SENT,
    Behaviour.OUT_OF_ORDER: _DELIVERED[::-1],
    Behaviour.DUPLICATED: [receipt for receipt in _DELIVERED for _ in range(2)],
    Behaviour.UNKNOWN_STATUS: [*_SENT, Receipt("teleported")],
    Behaviour.NO_RECEIPTS: [],
}


def receipts_of(behaviour: Behaviour) -> list[Receipt]:
    return RECEIPTS.get(behaviour, _DELIVERED)


def number_for(behaviour: Behaviour) -> str:
    """Return a number that is treated so without being told."""
    return next((to for to, each in NUMBERS.items() if each is behaviour), NORMAL_NUMBER)
