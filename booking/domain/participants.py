"""Who takes part in an appointment, and how."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    GUARDIAN = "guardian"
    PAYER = "payer"


class ParticipantStatus(StrEnum):
    """`asked`: a place in a standing group is kept until the therapist says yes or no."""

    ASKED = "asked"
    ATTENDING = "attending"
    LEFT = "left"
