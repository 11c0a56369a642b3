"""Holding a time: until when it is said, a little longer on request, and what if it ran out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from booking.adapters.wording import times
from booking.clock import utcnow
from booking.errors import Rule, RuleBroken, SlotTaken
from booking.models import Appointment
from booking.queries.open_times import open_times
from booking.services.holds import hold_on, keep_draft
from booking.web.booking_pages.attempts import (
    SEE_OTHER,
    Attempt,
    attempt_of,
    choice_of,
    held_in,
    to_what_is_booked,
    zone_in,
)
from booking.web.booking_pages.picking import show_picker
from booking.web.booking_pages.trouble import Trouble
from booking.web.booking_pages.typed import typed_over
from booking.web.booking_pages.wanted import wanted_of
from booking.web.limits import BOOKINGS, at_most
from booking.web.views.booking import Holding, RanOut
from booking.web.wiring import parts, reading

Answer = tuple[str, int] | Response


@at_most(BOOKINGS)
def keep(slug: str, token: str) -> Answer:
    """Hold the time ten minutes longer, or again; what is in the form stays in it."""
    attempt = attempt_of(token, slug)
    held = held_in(attempt)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    step = "about" if request.form.get("then") == "about" else "check"
    if step == "about":
        keep_draft(attempt.hold_id, dict(typed_over(attempt.draft, request.form)), parts=parts())
    choice = choice_of(attempt, held)
    try:
        hold_on(attempt.hold_id, choice, now=utcnow())
    except SlotTaken:
        return gone(attempt_of(token, slug), Rule.TAKEN)
    except RuleBroken as broken:
        return gone(attempt_of(token, slug), broken.rule)
    return redirect(url_for(f"book.{step}", slug=slug, token=token), code=SEE_OTHER)


def holding_of(attempt: Attempt, now: datetime, zone: ZoneInfo) -> Holding | None:
    """Return until when the time is held, on the client's clock; None if it is not."""
    held = attempt.held
    if held is None or held.expires_at is None or not attempt.runs(now):
        return None
    action = url_for("book.keep", slug=held.therapist.slug, token=attempt.token)
    return Holding(times.clock(held.expires_at, zone), attempt.can_last_longer(), action)


def ran_out(attempt: Attempt, held: Appointment, status: int) -> tuple[str, int]:
    """Say calmly that the hold is over; the time may be held again, or others are offered."""
    wanted = wanted_of(attempt, held)
    state, now = attempt.draft.get("state"), utcnow()
    found = open_times(reading(), held.session_type, now=now, state=state, without=held.id)
    rule = found.rule_against(held.starts_at)
    if rule is not None:
        return gone(attempt, rule)
    page = RanOut(
        when=times.long_time(held.starts_at, zone_in(attempt.draft)),
        keep_action=url_for("book.keep", slug=held.therapist.slug, token=attempt.token),
        other_href=wanted.asked.picker(),
    )
    return render_template("pages/ran_out.html", page=page), status


def gone(attempt: Attempt, rule: Rule) -> tuple[str, int]:
    """Show the times nearest to the one that cannot be had any more."""
    wanted = wanted_of(attempt, held_in(attempt))
    return show_picker(wanted.asked, wanted.session_type, attempt, Trouble(rule))
