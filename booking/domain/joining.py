"""Whether somebody may still join a group that meets at a time which is booked already."""

from datetime import date, datetime

from booking.domain.openings import Diary, SessionRules, out_of_reach
from booking.domain.zones import local_date
from booking.errors import Rule


def join_refusal(
    diary: Diary, rules: SessionRules, starts_at: datetime, *, now: datetime, state: str | None
) -> Rule | None:
    """Return the rule that keeps somebody out of a group that meets at `starts_at`, or None.

    Hours, buffers and limits were asked when the time was taken. What is left is the notice, and
    whether the therapist may see people in `state` on that date.
    """
    too_far = out_of_reach(rules, starts_at, now=now)
    if too_far is not None or state is None:
        return too_far
    day = local_date(starts_at, diary.zone)
    licensed = any(
        each.state == state and each.valid_from <= day <= (each.valid_until or date.max)
        for each in diary.licences
    )
    return None if licensed else Rule.LICENCE
