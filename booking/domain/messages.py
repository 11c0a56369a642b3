"""What can be owed to a person, and how far each message has come."""

from enum import StrEnum


class MessageState(StrEnum):
    """`due` → `sending` → one of the rest. A text may go on from `sent` to `delivered`.

    `unknown`: handed over, perhaps; no answer, no callback, not in the vendor's list.
    `dropped`: no longer wanted when its turn came; `reason` says why.
    """

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class MessageKind(StrEnum):
    """The value names the template."""

    CONFIRMATION = "confirmation"
    REQUEST_RECEIVED = "request_received"
    REQUEST_DECLINED = "request_declined"
    REQUEST_EXPIRED = "request_expired"
    MOVED = "moved"
    CANCELLED = "cancelled"
    TIME_OFF = "time_off"
    CALENDAR = "calendar"
    REMINDER = "reminder"
    LINKS = "links"
    CLASH = "clash"
    SIGN_IN = "sign_in"
    ESTIMATE = "estimate"
    SERIES_BOOKED = "series_booked"
    SERIES_REQUESTED = "series_requested"
    SERIES_CHANGED = "series_changed"
    SERIES_ENDED = "series_ended"
    SERIES_DECLINED = "series_declined"
    SERIES_EXPIRED = "series_expired"
    SERIES_CALENDAR = "series_calendar"
    SERIES_AGREED = "series_agreed"
    SERIES_TERMS = "series_terms"
    STANDING_OFFER = "standing_offer"
    WAITING_RECEIVED = "waiting_received"
    WAITING_OFFER = "waiting_offer"
    WAITING_GONE = "waiting_gone"
    WAITING_PAUSED = "waiting_paused"
    WAITING_ENDED = "waiting_ended"
    THERAPIST_SERIES_BOOKED = "therapist_series_booked"
    THERAPIST_SERIES_REQUESTED = "therapist_series_requested"
    THERAPIST_SERIES_CHANGED = "therapist_series_changed"
    THERAPIST_SERIES_ENDED = "therapist_series_ended"
    THERAPIST_SERIES_CALENDAR = "therapist_series_calendar"
    THERAPIST_SERIES_QUESTIONS = "therapist_series_questions"
    THERAPIST_OFFER_DECLINED = "therapist_offer_declined"
    THERAPIST_BOOKED = "therapist_booked"
    THERAPIST_REQUEST = "therapist_request"
    THERAPIST_MOVED = "therapist_moved"
    THERAPIST_CANCELLED = "therapist_cancelled"
    THERAPIST_LEFT = "therapist_left"

    @property
    def is_for_therapist(self) -> bool:
        return self is MessageKind.SIGN_IN or self.startswith("therapist_")


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
