"""The page of an appointment. Right after booking it is the confirmation, too."""

from dataclasses import replace
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.participants import ParticipantStatus
from booking.errors import InvalidInput, RuleBroken
from booking.queries.estimates import newest_estimate
from booking.queries.guardians import sees_all
from booking.queries.leavings import leaving_of
from booking.services.addresses import correct_address, send_again
from booking.services.identity import prove_address
from booking.services.leaving import may_come_back
from booking.services.messages.telling import clients_zone
from booking.services.messages.urls import estimate_path
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.typed import LONGEST_KEPT, field_words
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.calendars import calendars_of
from booking.web.manage_pages.feeds import own_feed
from booking.web.manage_pages.visits import Visit, acting, visit, visit_again
from booking.web.practice import practice_facts
from booking.web.series_pages.belonging import belonging
from booking.web.views.appointment import Address, shown
from booking.web.views.only_when import only_when
from booking.web.views.panels import left_panel
from booking.web.wiring import parts, reading

OK, UNPROCESSABLE = 200, 422


def show(token: str) -> str:
    """Show the appointment as it stands. Looking changes nothing."""
    return render_page(visit(token), done=request.args.get("done", ""))


@at_most(BOOKINGS)
def confirm(token: str) -> Response:
    """Take the press of the button as proof that this person reads the address."""
    found = visit(token)
    if found.mailed:
        prove_address(found.participant.id, now=utcnow())
    return found.back(done="proved")


@at_most(BOOKINGS)
def correct(token: str) -> Response | tuple[str, int]:
    """Put the address right, and send everything there; the links mailed before are over."""
    now = utcnow()
    found = acting(token, now=now)
    typed = request.form.get("email", "")[:LONGEST_KEPT]
    try:
        correct_address(found.participant.id, typed, now=now)
    except InvalidInput as refused:
        words = field_words("email", refused.problems[0].code)
        return render_page(visit(token), typed=typed, problem=words), UNPROCESSABLE
    except RuleBroken:
        return render_page(visit(token), typed=typed, problem=_no_more()), UNPROCESSABLE
    return visit_again(found).back(done="corrected")


@at_most(BOOKINGS)
def resend(token: str) -> Response | tuple[str, int]:
    """Send the confirmation once more to the address we have."""
    now = utcnow()
    found = acting(token, now=now)
    try:
        send_again(found.participant.id, now=now)
    except RuleBroken:
        return render_page(visit(token), problem=_no_more()), UNPROCESSABLE
    return found.back(done="sent")


def render_page(
    found: Visit, *, done: str = "", typed: str = "", problem: str = "", refused: str = ""
) -> str:
    """Return the page; `problem` is what is wrong with the address that was typed."""
    now = utcnow()
    participant, appointment = found.participant, found.appointment
    if not sees_all(reading(), participant, now=now):
        return _only_when(found, done_words(done), now)
    page = shown(
        participant,
        token=found.token,
        mailed=found.mailed,
        country=practice_facts().country,
        hrefs=(_join_href(found), again_href(found)),
        now=now,
    )
    if participant.status is ParticipantStatus.LEFT:
        page = replace(page, panel=left_panel(participant, leaving_of(reading(), participant.id)))
    if typed or problem:
        address = Address(page.address.email, page.address.can_be_corrected, typed, problem)
        page = replace(page, address=address)
    return render_template(
        "pages/manage.html",
        page=page,
        calendars=calendars_of(participant, now) if now < appointment.ends_at else None,
        feed=own_feed(participant.person_id, mailed=found.mailed),
        done=done_words(done),
        series=belonging(participant, mailed=found.mailed, now=now),
        comes_back=may_come_back(reading(), participant, now=now),
        refused=refused,
        errors=[("email", problem)] if problem else [],
    )


def _only_when(found: Visit, done: str, now: datetime) -> str:
    participant = found.participant
    newest = newest_estimate(reading(), participant.member or participant)
    page = only_when(
        participant,
        [found.appointment],
        mine=clients_zone(participant),
        now=now,
        estimate_href=estimate_path(newest, parts().links) if newest else "",
        way=(f"/b/{found.token}", found.mailed),
    )
    return render_template("pages/only_when.html", page=page, done=done)


def again_href(found: Visit) -> str:
    """Return where to book anew with the same therapist, with the answers known already."""
    participant, appointment = found.participant, found.appointment
    return Asked(
        therapist=appointment.therapist.slug,
        type=appointment.session_type.slug,
        state=participant.state,
        need=participant.need,
        payment=participant.payment,
        modality=appointment.modality,
    ).picker()


def done_words(done: str) -> str:
    """Return what to say of what was just done; nothing for what nobody does."""
    words = {
        "moved": _("Your time is changed. We are sending you an email about it."),
        "undone": _("Nothing is cancelled. You are booked as before."),
        "proved": _("Thank you. We know now that this is your email."),
        "corrected": _("Thank you. We are sending everything to your new address."),
        "feed": _("The address is ready. One there was before no longer works."),
        "no-feed": _("That address no longer works."),
        "sent": _("We are sending it again. It can take a minute to arrive."),
    }
    return str(words.get(done, ""))


def _join_href(found: Visit) -> str:
    participant = found.participant
    token = parts().links.token(Purpose.JOIN, participant.link_id, participant.link_version)
    return f"/join/{token}"


def _no_more() -> str:
    return str(_("We cannot send it there again from here. Please call the front desk."))
