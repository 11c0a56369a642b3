"""Tasks that let go of what ran out, and throw away what is no longer needed."""

from celery import shared_task

from booking.clock import utcnow
from booking.services import directory, requests, upkeep, zone_changes
from booking.services.series.ending import let_go_of_lapsed_series


@shared_task(name="workers.upkeep.let_go")
def let_go() -> None:
    """End holds and requests that nobody took up in time."""
    requests.let_go_of_lapsed(now=utcnow())
    let_go_of_lapsed_series(now=utcnow())


@shared_task(name="workers.upkeep.erase_drafts")
def erase_drafts() -> None:
    """Erase what was typed into forms that were never sent."""
    upkeep.erase_drafts(now=utcnow())


@shared_task(name="workers.upkeep.forget_keys")
def forget_keys() -> None:
    """Delete idempotency keys that are out of use."""
    upkeep.forget_keys(now=utcnow())


@shared_task(name="workers.upkeep.forget_typed_addresses")
def forget_typed_addresses() -> None:
    """Erase addresses typed to be mailed their links."""
    upkeep.forget_typed_addresses(now=utcnow())


@shared_task(name="workers.upkeep.refresh_directory")
def refresh_directory() -> None:
    """Compute the directory's openings again where something has changed them."""
    directory.refresh_summaries(now=utcnow())


@shared_task(name="workers.upkeep.follow_zone_data")
def follow_zone_data() -> None:
    """Bring appointments ahead to the zone data in use."""
    zone_changes.follow_zone_data(now=utcnow())


@shared_task(name="workers.upkeep.wake")
def wake() -> None:
    """Do nothing: a worker that waits for a task looks up, and sees that it is to stop."""
