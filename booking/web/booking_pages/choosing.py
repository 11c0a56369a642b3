"""Choosing a time: four weeks of open days, and the times of one of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.lifecycle import Modality
from booking.errors import Rule, RuleBroken, SlotTaken
from booking.models import SessionType
from booking.queries.open_times import open_times
from booking.services.holds import Choice, hold
from booking.services.offers import check_accepts_new, meets_as_group
from booking.services.opened import check_open
from booking.web.booking_pages.asked import Asked, read_asked
from booking.web.booking_pages.attempts import (
    SEE_OTHER,
    Attempt,
    attempt_of,
    new_attempt,
    to_what_is_booked,
)
from booking.web.booking_pages.groups import show_groups
from booking.web.booking_pages.offered import known_of, offer_by
from booking.web.booking_pages.party import is_complete
from booking.web.booking_pages.picking import ask_where, show_picker
from booking.web.booking_pages.standing import may_repeat
from booking.web.booking_pages.taking import take_standing
from booking.web.booking_pages.trouble import Trouble
from booking.web.booking_pages.typed import STANDING, Draft, draft_in
from booking.web.limits import BOOKINGS, at_most
from booking.web.views.meeting import is_call
from booking.web.views.weeks import date_in
from booking.web.wiring import parts, reading

OK = 200
Answer = tuple[str, int] | Response


def choose(slug: str) -> Answer:
    """Show when there is time; a call whose time is known goes straight on to who comes."""
    asked, session_type, attempt = _way(slug, request.args)
    if meets_as_group(session_type):
        return show_groups(asked, session_type), OK
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    if "where" in request.args:
        return ask_where(asked, session_type), OK
    if is_call(session_type.kind) and asked.slot is not None and attempt.held is None:
        rule = _rule_against(asked.slot, session_type, asked.state)
        if rule is None:
            return redirect(about_address(asked, attempt))
        return show_picker(asked, session_type, attempt, Trouble(rule))
    problems = _problems(asked, session_type) if "dates" in request.args else {}
    return show_picker(asked, session_type, attempt, Trouble(problems=problems))


@at_most(BOOKINGS)
def take(slug: str) -> Answer:
    """Hold the chosen time; for a call only once we know whose it is."""
    asked, session_type, attempt = _way(slug, request.form)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    carried = draft_in(request.form) if "carried" in request.form else {}
    other_day = date_in(request.form.get("show", ""))
    if other_day is not None:
        asked = asked.with_(day=other_day, slot=None)
        return show_picker(asked, session_type, attempt, Trouble(carried=carried))
    problems = _problems(asked, session_type)
    if problems or asked.slot is None:
        return show_picker(asked, session_type, attempt, Trouble(None, problems, carried))
    if asked.rhythm.repeats and may_repeat(session_type):
        return take_standing(asked, asked.slot, session_type, attempt)
    draft = {**attempt.draft, **asked.answers(), **carried}
    draft.pop(STANDING, None)
    try:
        return _go_on(asked, asked.slot, session_type, attempt, draft)
    except SlotTaken:
        trouble = Trouble(Rule.TAKEN, carried=carried)
    except RuleBroken as broken:
        trouble = Trouble(broken.rule, carried=carried)
    return show_picker(asked, session_type, attempt, trouble)


def about_address(asked: Asked, attempt: Attempt) -> str:
    """Return where to say who comes. Nothing is held yet, so the address says for what."""
    return asked.with_(hold=None, day=None).address("book.about", token=attempt.token)


def _way(slug: str, given: Mapping[str, str]) -> tuple[Asked, SessionType, Attempt]:
    asked, session_type = read_asked(slug, given)
    attempt = attempt_of(asked.hold, slug) if asked.hold else new_attempt()
    if asked.offer is None:
        check_accepts_new(session_type.therapist, session_type)
    elif not attempt.is_booked:
        offer = offer_by(asked.offer)
        check_open(offer, utcnow())
        attempt = replace(attempt, known=known_of(offer, asked.offer))
    return asked, session_type, attempt


def _go_on(
    asked: Asked, slot: datetime, session_type: SessionType, attempt: Attempt, draft: Draft
) -> Response:
    modality = asked.modality or Modality(session_type.modalities[0])
    complete = is_complete(draft, session_type, modality, now=utcnow())
    if is_call(session_type.kind) and not complete:
        rule = _rule_against(slot, session_type, asked.state)
        if rule is not None:
            raise RuleBroken(rule)
        return redirect(about_address(asked, attempt), code=SEE_OTHER)
    choice = Choice(asked.therapist, asked.type, slot, modality, draft.get("state"))
    hold(choice, dict(draft), parts=parts(), now=utcnow(), hold_id=attempt.hold_id)
    step = "book.check" if complete else "book.about"
    return redirect(url_for(step, slug=asked.therapist, token=attempt.token), code=SEE_OTHER)


def _rule_against(slot: datetime, session_type: SessionType, state: str | None) -> Rule | None:
    found = open_times(reading(), session_type, now=utcnow(), state=state)
    return found.rule_against(slot)


def _problems(asked: Asked, session_type: SessionType) -> dict[str, str]:
    problems = {}
    if asked.slot is None:
        problems["slot"] = str(_("Choose one of the times that are shown."))
    if not is_call(session_type.kind) and asked.modality is None:
        problems["modality"] = str(_("Choose how you would like to meet."))
    return problems
