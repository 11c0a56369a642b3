"""Every page of the therapists, hung on its blueprint."""

from booking.web.staff import (
    agenda,
    agreement,
    appointments,
    clashes,
    hours,
    offer,
    requests,
    series_acts,
    series_change,
    series_list,
    series_page,
    series_resume,
    sign_in,
    time_off,
    touched,
    waiting,
)
from booking.web.staff.blueprint import bp

__all__ = [
    "agenda",
    "agreement",
    "appointments",
    "bp",
    "clashes",
    "hours",
    "offer",
    "requests",
    "series_acts",
    "series_change",
    "series_list",
    "series_page",
    "series_resume",
    "sign_in",
    "time_off",
    "touched",
    "waiting",
]
