"""Who takes part in an appointment, and how."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    GUARDIAN = "guardian"
    PAYER = "payer"


class ParticipantStatus(StrEnum):
    ATTENDING = "attending"
    LEFT = "left"
