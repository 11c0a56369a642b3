"""Tasks that read calendars elsewhere."""

from celery import shared_task
from flask import current_app

from booking.clock import utcnow
from booking.services.calendars import reading
from booking.services.parts import EXTENSION

# What is not begun by then has been queued again by a later sweep.
GOOD_FOR_S = 60


@shared_task(name="workers.calendars.sweep")
def sweep() -> None:
    """Queue every calendar that is due. The row is the truth; the queue only makes haste."""
    for calendar_id in reading.due(now=utcnow()):
        read.apply_async((calendar_id,), expires=GOOD_FOR_S)


@shared_task(name="workers.calendars.read")
def read(calendar_id: int) -> None:
    """Read one calendar. Running twice reads once; a failure comes back with a later sweep."""
    reading.read_calendar(calendar_id, parts=current_app.extensions[EXTENSION], now=utcnow())
