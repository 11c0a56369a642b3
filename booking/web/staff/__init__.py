"""The pages of therapists: their agenda, requests, hours and time off."""

from booking.web.staff import agenda, appointments, hours, requests, sign_in, time_off
from booking.web.staff.blueprint import bp

__all__ = ["agenda", "appointments", "bp", "hours", "requests", "sign_in", "time_off"]
