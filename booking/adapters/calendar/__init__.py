"""Calendar objects as other programs read them, and links that add to their calendars."""

from booking.adapters.calendar.entry import Method
from booking.adapters.calendar.invitation import Invitation, render

__all__ = ["Invitation", "Method", "render"]
