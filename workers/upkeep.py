"""Tasks that let go of what ran out, and throw away what is no longer needed."""

from celery import shared_task

from booking.clock import utcnow
from booking.services import directory, estimates, requests, upkeep, zone_changes
from booking.services.series import topping_up
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.joining import let_go_of_lapsed_places
from booking.services.waiting import offering

# What is not begun by then is found again by the next look.
GOOD_FOR_S = 3000


@shared_task(name="workers.upkeep.let_go")
def let_go() -> None:
    """End holds and requests that nobody took up in time."""
    requests.let_go_of_lapsed(now=utcnow())
    let_go_of_lapsed_series(now=utcnow())
    let_go_of_lapsed_places(now=utcnow())


@shared_task(name="workers.upkeep.pass_on")
def pass_on() -> None:
    """Offer what came free to whoever waits for it, one after the other."""
    offering.pass_on(now=utcnow())


@shared_task(name="workers.upkeep.top_up")
def top_up() -> None:
    """Make the next dates of standing hours without an end."""
    for therapist_id, ids in topping_up.due_portions(now=utcnow()):
        top_up_portion.apply_async((therapist_id, ids), expires=GOOD_FOR_S)


@shared_task(name="workers.upkeep.top_up_portion")
def top_up_portion(therapist_id: int, ids: list[int]) -> None:
    """Make them for a few series of one therapist. Running twice makes no date twice."""
    topping_up.top_up_portion(therapist_id, ids, now=utcnow())


@shared_task(name="workers.upkeep.owe_estimates")
def owe_estimates() -> None:
    """Write the estimates of cost that people are owed by now."""
    estimates.owe_estimates(now=utcnow())


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
