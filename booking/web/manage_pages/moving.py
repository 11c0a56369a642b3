"""Moving an appointment: the old time stays until another is had."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.zones import local_date, zone
from booking.errors import IllegalTransition, Rule, RuleBroken, SlotTaken
from booking.queries.coming import may_arrange
from booking.queries.open_times import OpenTimes, open_times
from booking.services.changes import move, policy_of
from booking.services.messages.telling import clients_zone
from booking.web.booking_pages.asked import instant_in
from booking.web.booking_pages.trouble import OK, UNPROCESSABLE, Trouble
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.visits import Visit, acting, visit
from booking.web.views import picker as views
from booking.web.views.appointment import may_move
from booking.web.views.clocks import clock_now
from booking.web.views.meeting import offer_line, terms, what, whom
from booking.web.views.panels import clocks_of
from booking.web.views.weeks import Calendar, date_in, weeks_of
from booking.web.wiring import reading

NONE = Trouble()
Answer = tuple[str, int] | Response


def choose(token: str) -> Answer:
    """Show the open times beside the one that is booked."""
    found = visit(token)
    if not found.appointment.status.is_live or not may_arrange(found.participant):
        return found.back()
    if not may_move(found.appointment, utcnow()):
        return _too_late(found), OK
    return _picker(found)


@at_most(BOOKINGS)
def take(token: str) -> Answer:
    """Move to the chosen time, if it can be had; else nothing changes."""
    now = utcnow()
    found = acting(token, now=now)
    starts_at = instant_in(request.form.get("slot", ""))
    if starts_at is None:
        words = str(_("Choose one of the times that are shown."))
        return _picker(found, Trouble(problems={"slot": words}))
    try:
        move(found.participant.id, starts_at, now=now)
    except IllegalTransition:
        return visit(token).back()
    except SlotTaken:
        return _picker(visit(token), Trouble(Rule.TAKEN))
    except RuleBroken as broken:
        return _refused(visit(token), broken.rule, now)
    return found.back(done="moved")


def _refused(found: Visit, rule: Rule, now: datetime) -> Answer:
    if not may_arrange(found.participant):
        return found.back()
    if not may_move(found.appointment, now):
        return _too_late(found), UNPROCESSABLE
    return _picker(found, Trouble(rule))


def _too_late(found: Visit) -> str:
    return render_template(
        "pages/too_late.html",
        when=clocks_of(found.participant),
        whom=whom(found.appointment.therapist),
        hours=found.appointment.move_hours,
        back_href=found.address("manage.show"),
        cancel_href=found.address("manage.ask_cancel"),
        errors=[],
    )


def _picker(found: Visit, trouble: Trouble = NONE) -> tuple[str, int]:
    appointment, now = found.appointment, utcnow()
    open_now = open_times(
        reading(),
        appointment.session_type,
        now=now,
        state=found.participant.state,
        without=appointment.id,
    )
    page = _page(found, open_now, trouble, now)
    return render_template("pages/book.html", pick=page), trouble.status


def _page(found: Visit, open_now: OpenTimes, trouble: Trouble, now: datetime) -> views.Picker:
    appointment, therapist = found.appointment, found.appointment.therapist
    mine, theirs = clients_zone(found.participant), zone(therapist.time_zone)
    wanted = instant_in(_given().get("slot", ""))
    weeks = weeks_of(_calendar(found, open_now, wanted, now))
    refused = None
    if trouble.rule is not None and wanted is not None:
        refused = views.refused(open_now, trouble.rule, wanted, mine)
    return views.Picker(
        back=views.Link(found.address("manage.show"), str(_("Back to your booking"))),
        action=found.address("manage.move"),
        hidden=[(name, value) for name, value in _given().items() if name == "day"],
        whom=whom(therapist),
        session_words=offer_line(appointment.session_type, found.participant.payment),
        yours=clock_now(now, mine),
        theirs=views.their_clock(weeks, now, mine, theirs, therapist.first_name),
        zone_unknown=False,
        zone_choice=None,
        weeks=weeks,
        bar=views.moving_bar(),
        facts=_facts(found, now),
        pinned=_pinned(found),
        refused=refused,
        nothing="" if open_now.starts else str(_("There is no other open time right now.")),
        problems=trouble.problems,
    )


def _calendar(
    found: Visit, open_now: OpenTimes, wanted: datetime | None, now: datetime
) -> Calendar:
    mine = clients_zone(found.participant)

    def address(day: date) -> str:
        return found.address("manage.choose_move", day=day.isoformat(), _anchor="day")

    return Calendar(
        starts=open_now.starts,
        mine=mine,
        theirs=zone(found.appointment.therapist.time_zone),
        today=local_date(now, mine),
        address=address,
        wanted=date_in(_given().get("day", "")),
        slot=wanted,
    )


def _pinned(found: Visit) -> views.Pinned:
    when = clocks_of(found.participant).words
    words = str(_("You have %(when)s until you pick another time.", when=when))
    if found.appointment.series_part_id is not None:
        words += " " + str(_("Only this date moves."))
    return views.Pinned(words, found.address("manage.show"))


def _facts(found: Visit, now: datetime) -> list[views.Fact]:
    appointment = found.appointment
    said = terms(
        policy_of(appointment),
        appointment.starts_at,
        zone=clients_zone(found.participant),
        now=now,
        booked=True,
    )
    return [
        views.Fact("clock", what(appointment.kind, appointment.session_type.minutes)),
        views.Fact("calendar-days", said.moving),
    ]


def _given() -> Mapping[str, str]:
    return request.form if request.method == "POST" else request.args
