"""Remembers. Import models from here, so that every table is known to the migrations."""

from booking.models.appointments import (
    Appointment,
    Claim,
    IdempotencyKey,
    Participant,
    Resource,
)
from booking.models.audit import AuditEntry
from booking.models.availability import (
    Closure,
    DayOverride,
    NextOpenings,
    OutsideBusy,
    SessionType,
    TimeOff,
    WeeklyRule,
)
from booking.models.base import Base, db
from booking.models.calendars import CalendarFeed, OutsideCalendar
from booking.models.estimates import CostEstimate
from booking.models.messages import InboundText, Message, SendAttempt
from booking.models.people import (
    Guardianship,
    Person,
    PhoneStop,
    SmsConsent,
    Therapist,
    TherapistFacet,
    TherapistLicence,
)
from booking.models.practice import Practice
from booking.models.rooms import VideoRoom
from booking.models.series import (
    Acceptance,
    Agreement,
    MemberCalendar,
    Series,
    SeriesMember,
    SeriesPart,
    SeriesQuestion,
    StandingOffer,
)
from booking.models.staff import (
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SignInLink,
    SignInTry,
    StaffAccount,
    StaffSession,
)
from booking.models.waiting import Waiting, WaitingOffer, WaitingTherapist, WaitingWindow

__all__ = [
    "Acceptance",
    "Agreement",
    "Appointment",
    "AuditEntry",
    "Base",
    "CalendarFeed",
    "Claim",
    "Closure",
    "CostEstimate",
    "DayOverride",
    "Guardianship",
    "IdempotencyKey",
    "InboundText",
    "MemberCalendar",
    "Message",
    "NextOpenings",
    "OutsideBusy",
    "OutsideCalendar",
    "Participant",
    "Passkey",
    "PasskeyChallenge",
    "Person",
    "PhoneStop",
    "Practice",
    "RecoveryCode",
    "Resource",
    "SendAttempt",
    "Series",
    "SeriesMember",
    "SeriesPart",
    "SeriesQuestion",
    "SessionType",
    "SignInLink",
    "SignInTry",
    "SmsConsent",
    "StaffAccount",
    "StaffSession",
    "StandingOffer",
    "Therapist",
    "TherapistFacet",
    "TherapistLicence",
    "TimeOff",
    "VideoRoom",
    "Waiting",
    "WaitingOffer",
    "WaitingTherapist",
    "WaitingWindow",
    "WeeklyRule",
    "db",
]
