"""Calendar objects as other programs read them, and links that add to their calendars."""

from booking.adapters.calendar.invitation import Invitation, Method, render

__all__ = ["Invitation", "Method", "render"]
