"""Check and book: everything once more, and the one POST that books."""

import hashlib
import json

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.phones import spoken
from booking.adapters.wording.times import change_words
from booking.clock import utcnow
from booking.domain.facets import Facet
from booking.domain.zones import zone
from booking.errors import HoldExpired, InvalidInput, Rule, RuleBroken, SlotTaken
from booking.models import Appointment
from booking.services.booking import RequestKey, Wish
from booking.services.changes import policy_of
from booking.services.guests import Guest
from booking.services.holds import book_held
from booking.web.booking_pages.attempts import (
    SEE_OTHER,
    Attempt,
    attempt_of,
    held_in,
    to_manage_page,
)
from booking.web.booking_pages.holding import gone, holding_of, ran_out
from booking.web.booking_pages.picking import CONFLICT
from booking.web.booking_pages.typed import consent_words, guest_in
from booking.web.booking_pages.wanted import wanted_of
from booking.web.limits import BOOKINGS, at_most
from booking.web.practice import practice_facts
from booking.web.views.booking import Check, Row, button_words
from booking.web.views.clocks import on_both_clocks
from booking.web.views.meeting import how, label, place, price, terms, what, whom
from booking.web.views.picker import Link
from booking.web.wiring import parts

OK = 200
Answer = tuple[str, int] | Response


def check(slug: str, token: str) -> Answer:
    """Show what is about to be booked, each answer with a way to change it."""
    attempt = attempt_of(token, slug)
    held = held_in(attempt)
    if attempt.is_booked:
        return to_manage_page(held)
    if not attempt.runs(utcnow()):
        return ran_out(attempt, held, OK)
    try:
        guest = guest_in(attempt.draft, held.modality)
    except InvalidInput:
        return redirect(url_for("book.about", slug=slug, token=token))
    return render_template("pages/check.html", page=_page(attempt, held, guest)), OK


@at_most(BOOKINGS)
def book(slug: str, token: str) -> Answer:
    """Book what is held. Sent twice, it books once and leads to the same page."""
    attempt = attempt_of(token, slug)
    held = held_in(attempt)
    if attempt.is_booked:
        return to_manage_page(held)
    try:
        guest = guest_in(attempt.draft, held.modality)
    except InvalidInput:
        return redirect(url_for("book.about", slug=slug, token=token), code=SEE_OTHER)
    try:
        book_held(
            attempt.hold_id,
            _wish(held, guest),
            key=RequestKey("web", attempt.hold_id, _digest(attempt)),
            parts=parts(),
            now=utcnow(),
        )
    except HoldExpired:
        return ran_out(attempt_of(token, slug), held_in(attempt_of(token, slug)), CONFLICT)
    except SlotTaken:
        return gone(attempt_of(token, slug), Rule.TAKEN)
    except RuleBroken as broken:
        return gone(attempt_of(token, slug), broken.rule)
    return to_manage_page(held_in(attempt_of(token, slug)))


def _wish(held: Appointment, guest: Guest) -> Wish:
    return Wish(
        therapist=held.therapist.slug,
        session_type=held.session_type.slug,
        starts_at=held.starts_at,
        modality=held.modality,
        guest=guest,
        wording=consent_words() if guest.sms_consent else "",
        ip=request.remote_addr,
    )


def _digest(attempt: Attempt) -> str:
    return hashlib.sha256(json.dumps(attempt.draft, sort_keys=True).encode()).hexdigest()


def _page(attempt: Attempt, held: Appointment, guest: Guest) -> Check:
    now, mine = utcnow(), zone(guest.time_zone)
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
        rows=_rows(held, guest, about=about),
        email=guest.email,
        email_href=f"{about}#email",
        price=price(held.price_cents, guest.payment),
        terms=terms(policy_of(held), held.starts_at, zone=mine, now=now),
        change_words=change_words(now, held.starts_at, mine),
        holding=holding,
        button=button_words(held.kind, asks=held.session_type.needs_approval),
        asks=held.session_type.needs_approval,
    )


def _rows(held: Appointment, guest: Guest, *, about: str) -> list[Row]:
    home = practice_facts().country
    shown = what(held.kind, held.session_type.minutes)
    meeting = how(held.modality, held.therapist, guest.phone, country=home)
    phone = spoken(guest.phone, country=home) if guest.phone else ""
    texts = _("Yes, reminders by text") if guest.sms_consent else ""
    rows = [
        Row(_("With"), whom(held.therapist).name),
        Row(_("What"), shown),
        Row(_("How"), meeting, f"{about}#modality", _("how you meet")),
        Row(_("Where you will be"), place(guest.state, guest.country), f"{about}#state"),
        Row(_("Name"), guest.name, f"{about}#name"),
        Row(_("Phone"), phone, f"{about}#phone"),
        Row(_("Texts"), texts, f"{about}#sms_consent"),
        Row(_("Pronouns"), guest.pronouns, f"{about}#pronouns"),
        Row(_("Language"), label(Facet.LANGUAGE, guest.language), f"{about}#language"),
        Row(_("What for"), label(Facet.NEED, guest.need)),
        Row(_("Paying with"), label(Facet.INSURANCE, guest.payment)),
        Row(_("What would help"), guest.access_needs, f"{about}#access_needs"),
        Row(_("Your note"), guest.note, f"{about}#note"),
    ]
    return [row for row in rows if row.value]
