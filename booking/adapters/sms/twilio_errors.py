"""Twilio's error codes as data: what each means, and what is to be done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    RETRY = "retry"  # nothing is wrong with the text; a later try may succeed
    PERMANENT = "permanent"  # this number will not take it; use e-mail
    CONFIGURATION = "configuration"  # no text will go out until the operator acts
    OPTED_OUT = "opted_out"  # the person said stop; record it
    BUG = "bug"  # we asked for something that cannot be


@dataclass(frozen=True, slots=True)
class Meaning:
    words: str
    action: Action


UNKNOWN = Meaning("an error not in our table", Action.PERMANENT)

MEANINGS: dict[str, Meaning] = {
    # Without a code of Twilio's own, the HTTP status stands for one.
    "401": Meaning("authentication failed", Action.CONFIGURATION),
    "403": Meaning("not allowed", Action.CONFIGURATION),
    "404": Meaning("no such account or address", Action.CONFIGURATION),
    "429": Meaning("too many requests, not processed", Action.RETRY),
    # Answers to the hand-over.
    "20003": Meaning("authentication failed", Action.CONFIGURATION),
    "20404": Meaning("no such account or address", Action.CONFIGURATION),
    "20429": Meaning("too many requests, not processed", Action.RETRY),
    "21211": Meaning("not a valid number", Action.PERMANENT),
    "21212": Meaning("sender not usable", Action.CONFIGURATION),
    "21408": Meaning("country not enabled", Action.CONFIGURATION),
    "21606": Meaning("sender not usable", Action.CONFIGURATION),
    "21608": Meaning("trial account, number not verified", Action.CONFIGURATION),
    "21610": Meaning("recipient opted out", Action.OPTED_OUT),
    "21611": Meaning("the sender's queue is full", Action.RETRY),
    "21612": Meaning("no route from sender to recipient", Action.PERMANENT),
    "21614": Meaning("number cannot receive texts", Action.PERMANENT),
    "21617": Meaning("text over 1600 characters", Action.BUG),
    "21635": Meaning("landline", Action.PERMANENT),
    "35114": Meaning("bad sending time", Action.BUG),
    "35115": Meaning("bad sending time", Action.BUG),
    "35117": Meaning("bad sending time", Action.BUG),
    "572005": Meaning("trial account, number not verified", Action.CONFIGURATION),
    # What became of it afterwards.
    "30001": Meaning("queue overflow", Action.RETRY),
    "30002": Meaning("account suspended", Action.CONFIGURATION),
    "30003": Meaning("handset unreachable", Action.RETRY),
    "30004": Meaning("blocked", Action.PERMANENT),
    "30005": Meaning("unknown destination", Action.PERMANENT),
    "30006": Meaning("landline or unreachable carrier", Action.PERMANENT),
    "30007": Meaning("filtered by the carrier", Action.PERMANENT),
    "30008": Meaning("unknown", Action.RETRY),
    "30032": Meaning("toll-free number not verified", Action.CONFIGURATION),
    "30034": Meaning("sender not registered", Action.CONFIGURATION),
    "30036": Meaning("not delivered in time", Action.PERMANENT),
    "30047": Meaning("could not be moved out of quiet hours", Action.RETRY),
    "30450": Meaning("held back as suspected fraud", Action.PERMANENT),
    "30610": Meaning("blocked by quiet hours", Action.RETRY),
    "30640": Meaning("held back as a legal risk", Action.PERMANENT),
}


def meaning_of(code: str) -> Meaning:
    """Return what `code` means; a code nobody listed is permanent, so it is not tried for ever."""
    return MEANINGS.get(code, UNKNOWN)
