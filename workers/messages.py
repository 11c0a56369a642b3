"""Tasks that send what is owed."""

from celery import shared_task
from flask import current_app

from booking.clock import utcnow
from booking.services import messages
from booking.services.parts import EXTENSION

MOST_AT_ONCE = 200
# What is not begun by then has been queued again by a later sweep.
GOOD_FOR_S = 60


@shared_task(name="workers.messages.sweep")
def sweep() -> None:
    """Queue every message that is due. The row is the truth; the queue only makes haste."""
    for message_id in messages.due(now=utcnow(), limit=MOST_AT_ONCE):
        deliver.apply_async((message_id,), expires=GOOD_FOR_S)


@shared_task(name="workers.messages.deliver")
def deliver(message_id: int) -> None:
    """Send one message. Running twice sends once; a failure comes back with a later sweep."""
    messages.deliver(message_id, parts=current_app.extensions[EXTENSION], now=utcnow())
