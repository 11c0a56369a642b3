"""Every page of the therapists, hung on its blueprint."""

from booking.web.staff import agenda, appointments, hours, requests, sign_in, time_off
from booking.web.staff.blueprint import bp

__all__ = ["agenda", "appointments", "bp", "hours", "requests", "sign_in", "time_off"]
