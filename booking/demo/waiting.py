"""Two people of the demo practice who wait for a time: one of them is offered one right now."""

from datetime import datetime, timedelta

from booking.adapters.links import random_id
from booking.demo.visits import guest_of
from booking.domain.lifecycle import Kind, Modality
from booking.domain.reminders import QuietHours, is_open
from booking.domain.waiting import Window
from booking.domain.zones import local_date, zone
from booking.models import db
from booking.queries.directory import all_cards
from booking.services.waiting.joining import NewWaiting, join_line, keep_waiting
from booking.services.waiting.offering import pass_on

WITH = "amara-okafor"
JOINED_AGO = timedelta(days=2)
SUNDAY_EVENING = Window(6, 17 * 60, 21 * 60)
# Whoever is offered a time is somewhere by day, so that the mail is there to be seen.
ZONES = ("America/Phoenix", "America/New_York", "Pacific/Honolulu", "Europe/London", "Asia/Tokyo")


def people_waiting(*, now: datetime) -> None:
    """Let two people wait for the same therapist: any hour, and an evening she never has."""
    card = next((each for each in all_cards(db.session()) if each.slug == WITH), None)
    if card is None:
        return
    awake = next((name for name in ZONES if is_open(now, zone(name), QuietHours())), ZONES[0])
    first = ("Alex Rivera", "alex.rivera@example.com", "+16025550123", awake)
    second = ("Jamie Okoye", "jamie.okoye@example.com", "+16025550124", ZONES[0])
    for client, every_weeks, windows in ((first, 0, ()), (second, 1, (SUNDAY_EVENING,))):
        guest = guest_of(card, client)
        new = NewWaiting(
            link_id=random_id(),
            therapists=(WITH,),
            kind=Kind.INDIVIDUAL,
            modality=Modality.VIDEO,
            every_weeks=every_weeks,
            windows=windows,
            from_day=local_date(now, zone(guest.time_zone)),
            until_day=None,
            guest=guest,
        )
        waiting_id = join_line(new, now=now - JOINED_AGO)
        keep_waiting(waiting_id, proves=True, now=now - JOINED_AGO)
    pass_on(now=now)
