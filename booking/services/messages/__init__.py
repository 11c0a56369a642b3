"""Sends what is owed: the row is the job, and everything is asked again as its turn comes."""

from booking.services.messages.inbound import inbound
from booking.services.messages.receipts import record_status
from booking.services.messages.sending import deliver, due

__all__ = ["deliver", "due", "inbound", "record_status"]
