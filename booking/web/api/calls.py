"""Every call of the API, hung on its blueprint."""

from booking.web.api import appointments, documents, openings, series, therapists
from booking.web.api.blueprint import bp

__all__ = ["appointments", "bp", "documents", "openings", "series", "therapists"]
