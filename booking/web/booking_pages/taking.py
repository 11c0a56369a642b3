"""Taking a standing hour: its first date is held, and the choice is kept with it."""

from datetime import datetime

from flask import redirect, request, url_for
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.lifecycle import Modality
from booking.errors import InvalidInput, Rule, RuleBroken, SlotTaken
from booking.models import SessionType
from booking.services.holds import Choice, hold
from booking.services.series.booking import chosen_dates
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.attempts import SEE_OTHER, Attempt, zone_of
from booking.web.booking_pages.party import is_complete
from booking.web.booking_pages.picking import show_picker
from booking.web.booking_pages.rhythm import in_words
from booking.web.booking_pages.standing import (
    Standing,
    ask_for,
    beside_own,
    choices_in,
    signature,
)
from booking.web.booking_pages.trouble import Trouble
from booking.web.booking_pages.typed import STANDING
from booking.web.wiring import parts, reading

Answer = tuple[str, int] | Response


def take_standing(
    asked: Asked, slot: datetime, session_type: SessionType, attempt: Attempt
) -> Answer:
    """Hold the first date and go on; show every date first to who has not seen these yet."""
    if request.form.get("shown") != signature(asked):
        seen = asked.with_(day=None, hold=attempt.token)
        return redirect(seen.picker(anchor="ladder"), code=SEE_OTHER)
    try:
        return _hold_first(asked, Standing(slot, asked.rhythm), session_type, attempt)
    except SlotTaken:
        trouble = Trouble(Rule.TAKEN)
    except RuleBroken as broken:
        trouble = Trouble(broken.rule)
    except InvalidInput as refusal:
        trouble = Trouble(problems=in_words(refusal))
    return show_picker(asked, session_type, attempt, trouble)


def _hold_first(
    asked: Asked, wished: Standing, session_type: SessionType, attempt: Attempt
) -> Response:
    draft = {**attempt.draft, **asked.answers()}
    mine = zone_of(draft, asked.state).zone
    wanted = ask_for(wished, session_type, asked.state, mine)
    choices = choices_in(request.form, wanted.hour.starts())
    now = utcnow()
    dates = chosen_dates(reading(), beside_own(wanted, attempt), choices, now=now)
    chosen = Standing(wished.starts_at, wished.rhythm, choices)
    draft[STANDING] = chosen.text()
    modality = asked.modality or Modality(session_type.modalities[0])
    first = min(date.starts_at for date in dates)
    choice = Choice(
        asked.therapist,
        asked.type,
        first,
        modality,
        draft.get("state"),
        offer_id=attempt.offer_id,
    )
    hold(choice, dict(draft), parts=parts(), now=now, hold_id=attempt.hold_id)
    step = "book.check" if is_complete(draft, session_type, modality, now=now) else "book.about"
    return redirect(url_for(step, slug=asked.therapist, token=attempt.token), code=SEE_OTHER)
