"""The JSON API, version 1: it shows and books what a new client may. No keys, no cookies."""

from booking.web.api import appointments, documents, openings, therapists
from booking.web.api.blueprint import bp

__all__ = ["appointments", "bp", "documents", "openings", "therapists"]
