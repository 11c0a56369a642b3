"""The last step to a standing hour: every date once more, and the one POST that books them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording.series_words import listed
from booking.clock import utcnow
from booking.domain.zones import zone
from booking.errors import InvalidInput, Rule, RuleBroken, SlotTaken
from booking.models import Appointment, SeriesMember
from booking.queries.practices import the_practice
from booking.services.booking import RequestKey
from booking.services.guests import Guest
from booking.services.identity import prove_member
from booking.services.series.asking import SeriesAsk, anchor_of
from booking.services.series.booking import SeriesWish, book_series, chosen_dates
from booking.services.series.dates import NewDate
from booking.web.booking_pages.answered import answer_rows
from booking.web.booking_pages.attempts import SERIES_ROUTE, Attempt, held_in, to_series_page
from booking.web.booking_pages.climbing import scale_of
from booking.web.booking_pages.holding import holding_of, ran_out
from booking.web.booking_pages.party import People
from booking.web.booking_pages.picking import show_picker
from booking.web.booking_pages.rhythm import in_words
from booking.web.booking_pages.standing import Standing, ask_for, beside_own
from booking.web.booking_pages.trouble import CONFLICT, OK, Trouble
from booking.web.booking_pages.typed import consent_words
from booking.web.booking_pages.wanted import wanted_of
from booking.web.views import series_check as views
from booking.web.views.days import day_words
from booking.web.views.ladder import going_on, whose_clock
from booking.web.views.meeting import whom
from booking.web.views.picker import Link
from booking.web.views.repeat import sessions
from booking.web.views.series_words import pattern_from
from booking.web.wiring import parts, reading

Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that one page is made of."""

    attempt: Attempt
    held: Appointment
    standing: Standing
    people: People
    wanted: SeriesAsk


def check_series(attempt: Attempt, standing: Standing, people: People) -> Answer:
    """Show every date that is about to be booked, or what came in its way meanwhile."""
    held = held_in(attempt)
    try:
        wanted = _wanted(attempt, standing, people.guest)
        dates = chosen_dates(reading(), wanted, standing.choices, now=utcnow())
    except (InvalidInput, RuleBroken, SlotTaken) as refusal:
        return _not_to_be_had(attempt, refusal)
    page = _page(_Scene(attempt, held, standing, people, wanted), dates)
    return render_template("pages/check_series.html", page=page), OK


def book_series_of(attempt: Attempt, standing: Standing, people: People, *, digest: str) -> Answer:
    """Book every date or none. Sent twice, it books once and leads to the same page."""
    held = held_in(attempt)
    if not attempt.runs(utcnow()):
        return ran_out(attempt, held, CONFLICT)
    try:
        booked = book_series(
            _wish(attempt, standing, people),
            key=RequestKey(SERIES_ROUTE, attempt.hold_id, digest),
            parts=parts(),
            now=utcnow(),
        )
    except (InvalidInput, RuleBroken, SlotTaken) as refusal:
        return _not_to_be_had(attempt, refusal)
    member = reading().get_one(SeriesMember, booked.member_id)
    if attempt.offer is None:
        return to_series_page(member)
    prove_member(member.id, now=utcnow())  # they read the mail the link of the offer came by
    return to_series_page(member, "/agreement")


def _not_to_be_had(attempt: Attempt, refusal: InvalidInput | RuleBroken | SlotTaken) -> Answer:
    """Show the dates as they are now, with nothing booked and nothing lost."""
    wanted = wanted_of(attempt, held_in(attempt))
    if isinstance(refusal, InvalidInput):
        trouble = Trouble(problems=in_words(refusal))
    else:
        trouble = Trouble(refusal.rule if isinstance(refusal, RuleBroken) else Rule.TAKEN)
    return show_picker(wanted.asked, wanted.session_type, attempt, trouble)


def _wanted(attempt: Attempt, standing: Standing, guest: Guest) -> SeriesAsk:
    session_type = held_in(attempt).session_type
    asked = ask_for(standing, session_type, guest.state, zone(guest.time_zone))
    return beside_own(asked, attempt)


def _wish(attempt: Attempt, standing: Standing, people: People) -> SeriesWish:
    held, guest = held_in(attempt), people.guest
    mine = zone(guest.time_zone)
    anchor = anchor_of(the_practice(reading()), held.therapist, mine.key)
    return SeriesWish(
        therapist=held.therapist.slug,
        session_type=held.session_type.slug,
        starts_at=standing.starts_at,
        pattern=standing.rhythm.pattern(standing.starts_at, mine, anchor),
        modality=held.modality,
        guest=guest,
        party=people.party,
        choices=standing.choices,
        hold_id=attempt.hold_id,
        offer_id=attempt.offer_id,
        wording=consent_words() if guest.sms_consent else "",
        ip=request.remote_addr,
    )


def _page(scene: _Scene, dates: Sequence[NewDate]) -> views.SeriesCheck:
    attempt, held, guest, now = scene.attempt, scene.held, scene.people.guest, utcnow()
    mine, therapist = zone(guest.time_zone), held.therapist
    about = url_for("book.about", slug=therapist.slug, token=attempt.token)
    holding = holding_of(attempt, now, mine)
    assert holding is not None  # noqa: S101  # asked before: it runs
    known = attempt.offer is not None
    hour, asks = scene.wanted.hour, held.session_type.needs_approval and not known
    open_ended = hour.repeat.is_open_ended
    scale = scale_of(held.session_type, mine)
    starts = list(hour.starts())
    wished = {date.starts_at: hour.time.on(date.occurrence) for date in dates}
    hours = the_practice(reading()).agreement_hours
    return views.SeriesCheck(
        action=url_for("book.book", slug=therapist.slug, token=attempt.token),
        back=Link(about, str(_("Back to your answers"))),
        whom=whom(therapist),
        heading=str(_("Your sessions")) if open_ended else sessions(len(dates)),
        pattern=pattern_from(starts, hour.repeat.every_weeks, mine),
        whose_clock=whose_clock(starts, scale),
        dates=views.chosen(dates, wished, scale, now),
        going_on=going_on(len(starts), scale.name) if open_ended else "",
        skipped=_skipped(scene, now),
        dates_href=wanted_of(attempt, held).asked.picker(anchor="ladder"),
        rows=answer_rows(held, scene.people, attempt.draft, about=about, known=known),
        email=guest.email,
        email_href="" if known else f"{about}#email",
        price=views.price_words(held.price_cents),
        policy=views.policy_words(held),
        next_step=views.next_step(scale.name, hours, asks=asks),
        holding=holding,
        button=views.button_words(len(dates), open_ended=open_ended, asks=asks),
        asks=asks,
    )


def _skipped(scene: _Scene, now: datetime) -> str:
    mine = zone(scene.people.guest.time_zone)
    if not scene.standing.choices.skip:
        return ""
    return listed([day_words(each, mine, now) for each in sorted(scene.standing.choices.skip)])
