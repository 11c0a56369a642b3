"""Check and book: everything once more, and the one POST that books."""

import hashlib
import json

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording.times import change_words
from booking.clock import utcnow
from booking.domain.zones import zone
from booking.errors import HoldExpired, InvalidInput, Rule, RuleBroken, SlotTaken
from booking.models import Appointment
from booking.services.booking import RequestKey, Wish
from booking.services.changes import policy_of
from booking.services.holds import book_held
from booking.web.booking_pages.answered import answer_rows
from booking.web.booking_pages.attempts import (
    SEE_OTHER,
    SINGLE_ROUTE,
    Attempt,
    attempt_of,
    held_in,
    to_what_is_booked,
)
from booking.web.booking_pages.checking_series import book_series_of, check_series
from booking.web.booking_pages.holding import gone, holding_of, ran_out
from booking.web.booking_pages.party import People, people_in
from booking.web.booking_pages.standing import standing_in
from booking.web.booking_pages.trouble import CONFLICT
from booking.web.booking_pages.typed import consent_words
from booking.web.booking_pages.wanted import wanted_of
from booking.web.limits import BOOKINGS, at_most
from booking.web.views.booking import Check, button_words
from booking.web.views.clocks import on_both_clocks
from booking.web.views.meeting import price, terms, whom
from booking.web.views.picker import Link
from booking.web.wiring import parts

OK = 200
Answer = tuple[str, int] | Response


def check(slug: str, token: str) -> Answer:
    """Show what is about to be booked, each answer with a way to change it."""
    attempt = attempt_of(token, slug)
    held = held_in(attempt)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    if not attempt.runs(utcnow()):
        return ran_out(attempt, held, OK)
    try:
        people = _people(attempt, held)
    except InvalidInput:
        return redirect(url_for("book.about", slug=slug, token=token))
    standing = standing_in(attempt.draft)
    if standing is not None:
        return check_series(attempt, standing, people)
    return render_template("pages/check.html", page=_page(attempt, held, people)), OK


@at_most(BOOKINGS)
def book(slug: str, token: str) -> Answer:
    """Book what is held. Sent twice, it books once and leads to the same page."""
    attempt = attempt_of(token, slug)
    held = held_in(attempt)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    try:
        people = _people(attempt, held)
    except InvalidInput:
        return redirect(url_for("book.about", slug=slug, token=token), code=SEE_OTHER)
    standing = standing_in(attempt.draft)
    if standing is not None:
        return book_series_of(attempt, standing, people, digest=_digest(attempt))
    return _book_single(attempt, held, people)


def _people(attempt: Attempt, held: Appointment) -> People:
    return people_in(attempt.draft, held.session_type, held.modality, now=utcnow())


def _book_single(attempt: Attempt, held: Appointment, people: People) -> Answer:
    slug, token = held.therapist.slug, attempt.token
    try:
        book_held(
            attempt.hold_id,
            _wish(held, people),
            key=RequestKey(SINGLE_ROUTE, attempt.hold_id, _digest(attempt)),
            parts=parts(),
            now=utcnow(),
        )
    except HoldExpired:
        return ran_out(attempt_of(token, slug), held_in(attempt_of(token, slug)), CONFLICT)
    except SlotTaken:
        return gone(attempt_of(token, slug), Rule.TAKEN)
    except RuleBroken as broken:
        return gone(attempt_of(token, slug), broken.rule)
    return to_what_is_booked(attempt_of(token, slug))


def _wish(held: Appointment, people: People) -> Wish:
    return Wish(
        therapist=held.therapist.slug,
        session_type=held.session_type.slug,
        starts_at=held.starts_at,
        modality=held.modality,
        guest=people.guest,
        wording=consent_words() if people.guest.sms_consent else "",
        ip=request.remote_addr,
        party=people.party,
    )


def _digest(attempt: Attempt) -> str:
    return hashlib.sha256(json.dumps(attempt.draft, sort_keys=True).encode()).hexdigest()


def _page(attempt: Attempt, held: Appointment, people: People) -> Check:
    guest, now = people.guest, utcnow()
    mine = zone(guest.time_zone)
    therapist = held.therapist
    about = url_for("book.about", slug=therapist.slug, token=attempt.token)
    holding = holding_of(attempt, now, mine)
    assert holding is not None  # noqa: S101  # asked before: it runs
    picker = wanted_of(attempt, held).asked.picker()
    return Check(
        action=url_for("book.book", slug=therapist.slug, token=attempt.token),
        back=Link(about, str(_("Back to your answers"))),
        whom=whom(therapist),
        when=on_both_clocks(
            held.starts_at, mine, zone(therapist.time_zone), name=therapist.first_name
        ),
        when_href=picker,
        rows=answer_rows(held, people, attempt.draft, about=about),
        email=guest.email,
        email_href=f"{about}#email",
        price=price(held.price_cents, guest.payment),
        terms=terms(policy_of(held), held.starts_at, zone=mine, now=now),
        change_words=change_words(now, held.starts_at, mine),
        holding=holding,
        button=button_words(held.kind, asks=held.session_type.needs_approval),
        asks=held.session_type.needs_approval,
    )
