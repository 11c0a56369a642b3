"""What can speak against sending a message, and what is known when that is asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from booking.models import Message
from booking.services.parts import Parts


class Reason(StrEnum):
    """Why a message was dropped or failed, as staff and tests read it."""

    STALE = "stale"
    SUPERSEDED = "superseded"
    NOT_LIVE = "not_live"
    NOTHING_NEW = "nothing_new"
    LEFT = "left"
    NOT_TOLD = "not_told"
    CHANNEL_OFF = "channel_off"
    ADDRESS_CHANGED = "address_changed"
    NOBODY = "nobody"
    QUIET_HOURS = "quiet_hours"
    NO_PHONE = "no_phone"
    NO_CONSENT = "no_consent"
    STOPPED = "stopped"
    UNPROVED = "unproved"
    ABROAD = "abroad"
    BUDGET = "budget"
    TOGETHER = "together"
    UNAVAILABLE = "unavailable"
    ERROR = "error"
    NO_ANSWER = "no_answer"
    NO_TRACE = "no_trace"


@dataclass(frozen=True, slots=True)
class Drop:
    """It is not wanted any more."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Wait:
    """It is wanted, but not now."""

    until: datetime


Objection = Drop | Wait


@dataclass(frozen=True, slots=True)
class Asked:
    """One message whose turn has come."""

    session: Session
    message: Message
    parts: Parts
    now: datetime
