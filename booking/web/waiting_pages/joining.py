"""The form on which somebody says when they could meet, and joins the line for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose, id_in, random_id
from booking.clock import utcnow
from booking.domain.lifecycle import Kind, Modality
from booking.domain.zones import local_date
from booking.errors import InvalidInput, NotFound, RuleBroken
from booking.models import SessionType, Therapist, Waiting
from booking.queries.profiles import therapist_by_slug
from booking.queries.waiting import types_of
from booking.services.offers import check_open_to_new
from booking.services.waiting.fitting import WAITABLE, Fit, fitting
from booking.services.waiting.joining import (
    NewWaiting,
    check_days,
    join_line,
    therapists_for,
)
from booking.web.booking_pages.attempts import SEE_OTHER, zone_of
from booking.web.booking_pages.typed import TICKED, fell_into_the_trap
from booking.web.limits import BOOKINGS, at_most
from booking.web.waiting_pages.asking import Asking, shown
from booking.web.waiting_pages.typed import (
    ONCE,
    Read,
    Typed,
    consent_words,
    errors_of,
    new_waiting,
    problem_words_of,
    read,
    typed_in,
)
from booking.web.wiring import parts, reading

OK, UNPROCESSABLE = 200, 422
MOST_SUGGESTED, FROM_EACH = 5, 3
Answer = tuple[str, int] | Response


def ask(slug: str) -> Answer:
    """Ask when somebody could meet, with what the address says already. Writes nothing."""
    therapist = therapist_by_slug(reading(), slug)
    asking = _asking(therapist, typed_in(request.args, slug), request.args.get("type", ""))
    return _form(asking, {}, random_id()), OK


@at_most(BOOKINGS)
def join(slug: str) -> Answer:
    """Show what is open already; else, or if that does not suit, write down who waits."""
    therapist = therapist_by_slug(reading(), slug)
    asking = _asking(therapist, typed_in(request.form, slug), "")
    link_id, now = _link_id(request.form.get("form", "")), utcnow()
    if fell_into_the_trap():
        words = _("We could not take that. Please send it once more.")
        return _form(asking, {"name": str(words)}, link_id), UNPROCESSABLE
    mine = zone_of(asking.typed.draft, asking.typed["state"] or None).zone
    found = read(asking.typed, asking.modality, today=local_date(now, mine))
    if found.problems:
        return _form(asking, found.problems, link_id), UNPROCESSABLE
    return _join(asking, found, link_id, now)


def _join(asking: Asking, found: Read, link_id: str, now: datetime) -> Answer:
    texts = found.guest is not None and found.guest.sms_consent
    new = replace(
        new_waiting(asking.typed, found, asking.kind, asking.modality, link_id),
        wording=consent_words() if texts else "",
        ip=request.remote_addr,
    )
    try:
        check_days(new, now)
        open_now = [] if "anyway" in request.form else _open_now(new, now)
        if open_now:
            return _form(asking, {}, link_id, open_now), OK
        waiting_id = join_line(new, now=now)
    except InvalidInput as refused:
        return _form(asking, problem_words_of(refused), link_id), UNPROCESSABLE
    waiting = reading().get_one(Waiting, waiting_id)
    token = parts().links.token(Purpose.WAITING, waiting.link_id, waiting.link_version)
    return redirect(url_for("waiting.place", token=token), code=SEE_OTHER)


def _open_now(new: NewWaiting, now: datetime) -> list[Fit]:
    """Return what would suit and can be booked at once, the soonest first."""
    session = reading()
    found = [
        fit
        for therapist in therapists_for(session, new)
        for fit in islice(fitting(session, therapist, new.wanted, now=now), FROM_EACH)
    ]
    return sorted(found, key=lambda fit: fit.starts_at)[:MOST_SUGGESTED]


def _asking(therapist: Therapist, typed: Typed, wanted: str) -> Asking:
    """Return the form as it is to be asked; raise `RuleBroken` where there is nothing to wait for.

    `wanted` is a session type in an address: it says the kind where none is chosen.
    """
    types = [each for each in types_of(reading(), therapist) if _may_be_waited_for(each)]
    kinds = list(dict.fromkeys(each.kind for each in types))
    named = next((each.kind for each in types if each.slug == wanted), None)
    kind = next((each for each in (typed.kind, named, *kinds) if each in kinds), None)
    if kind is None:
        raise NotFound("session type")
    ways = _ways(types, kind)
    if not any(each.kind is kind and each.allows_series for each in types):
        typed = replace(typed, every=ONCE)  # as a first call is had
    modality = typed.modality if typed.modality in ways else ways[0]
    return Asking(therapist, types, kinds, kind, ways, modality, typed)


def _may_be_waited_for(session_type: SessionType) -> bool:
    try:
        check_open_to_new(session_type.therapist, session_type)
    except RuleBroken:
        return False
    return session_type.kind in WAITABLE and session_type.seats == 1


def _ways(types: Sequence[SessionType], kind: Kind) -> list[Modality]:
    return list(
        dict.fromkeys(
            Modality(way) for each in types if each.kind is kind for way in each.modalities
        )
    )


def _link_id(token: str) -> str:
    """Return the id the form came with; a new one if it is none that we gave out."""
    found = id_in(token)
    return found if found and parts().links.holds(token, Purpose.HOLD) else random_id()


def _form(
    asking: Asking, problems: Mapping[str, str], link_id: str, open_now: Sequence[Fit] = ()
) -> str:
    page = shown(asking, problems, now=utcnow(), open_now=open_now)
    return render_template(
        "pages/wait.html",
        page=page,
        typed=asking.typed,
        said=problems,
        errors=errors_of(problems),
        form=parts().links.token(Purpose.HOLD, link_id),
        texted=asking.typed["sms_consent"] == TICKED,
    )
