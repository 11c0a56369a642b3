"""Standing hours: what needs a decision on top, then each in one line, and what was offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.adapters.wording.names import initials
from booking.domain.ladder import Rung
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, SlotTaken
from booking.models import Series, SeriesQuestion, StandingOffer
from booking.queries import standing_hours as query
from booking.queries.standing import series_types
from booking.services.offers import meets_as_group
from booking.services.series.offering import withdraw_offer
from booking.services.series.settling import look_at_question, settle_question, still_asked
from booking.web.access import SEE_OTHER, staff
from booking.web.booking_pages.asked import instant_in
from booking.web.instants import rfc3339
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_shown import Line, hour_words, line_of, reason, who
from booking.web.views.clocks import clock_now
from booking.web.views.series_words import line
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
SKIP = "skip"
NEAREST = 4


@dataclass(frozen=True, slots=True)
class Question:
    """One date that needs a decision; `options` are the times that are open, as radios."""

    id: int
    who: str
    hour: str
    href: str
    when: str
    why: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Times that wait for somebody's answer."""

    id: int
    who: str
    times: Sequence[str]
    until: str


@bp.get("/series")
def series_list() -> str:
    return _page(done=request.args.get("done", ""))


@bp.post("/series/questions/<int:question_id>")
def settle(question_id: int) -> Response | tuple[str, int]:
    """Leave the date out, or make it at the time that was chosen."""
    now, therapist_id = here()[0], staff().therapist_id
    query.question_of(reading(), therapist_id, question_id)
    chosen = request.form.get("to", "")
    to = instant_in(chosen)
    if to is None and chosen != SKIP:
        return _page(refused=str(_("Choose a time, or leave the date out."))), UNPROCESSABLE
    try:
        settle_question(question_id, therapist_id, to, now=now)
    except SlotTaken:
        words = _("That time went a moment ago. Nothing was changed. Please choose again.")
        return _page(refused=str(words)), CONFLICT
    except IllegalTransition:
        return _page(refused=str(_("That date is no longer asked for."))), CONFLICT
    return _back("settled" if to else "left_out")


@bp.post("/offers/<int:offer_id>/withdraw")
def withdraw(offer_id: int) -> Response:
    """Take an offer back and free its times; once it is answered that changes nothing."""
    withdraw_offer(offer_id, staff().therapist_id, now=here()[0])
    return _back("withdrawn")


def questions(session_series: Series | None = None) -> list[Question]:
    """Return the dates that need a decision, of all standing hours or of one."""
    now, zone = here()
    found = query.unsettled(reading(), staff().therapist_id)
    return [
        _question(each, look_at_question(reading(), each, now=now), zone, now)
        for each in found
        if still_asked(each, now=now)
        and (session_series is None or each.series_id == session_series.id)
    ]


def offered(offers: Sequence[StandingOffer], zone: ZoneInfo) -> list[Offered]:
    return [
        Offered(
            each.id,
            initials(each.person.name),
            [
                hour_words(one.part, zone)
                for one in each.series
                if one.status is SeriesStatus.OFFERED
            ],
            times.long_time(each.expires_at, zone),
        )
        for each in offers
    ]


def _back(done: str) -> Response:
    return redirect(url_for("staff.series_list", done=done), code=SEE_OTHER)


def _page(*, done: str = "", refused: str = "") -> str:
    now, zone = here()
    session, therapist_id = reading(), staff().therapist_id
    live, over = query.live_series(session, therapist_id), query.series_over(session, therapist_id)
    return render_template(
        "staff/series_list.html",
        questions=questions(),
        going=_lines(live, zone, now),
        over=_lines(over, zone, now),
        offers=offered(query.open_offers(session, therapist_id, now=now), zone),
        clock=clock_now(now, zone),
        done=_done_words(done),
        may_start_group=any(map(meets_as_group, series_types(session, therapist_id))),
        refused=refused,
    )


def _lines(found: Sequence[Series], zone: ZoneInfo, now: datetime) -> list[Line]:
    """Return a line each; those whose next date is nearest stand first."""
    tallies = query.tallies(reading(), [each.id for each in found], now=now)
    nothing = query.Tally()
    of = {each.id: tallies.get(each.id, nothing) for each in found}
    soonest = sorted(found, key=lambda each: (of[each.id].next is None, of[each.id].next or now))
    return [line_of(each, of[each.id], zone, now) for each in soonest]


def _question(asked: SeriesQuestion, rung: Rung, zone: ZoneInfo, now: datetime) -> Question:
    near = [asked.starts_at] if rung.is_open else []
    near += [each for each in rung.alternatives if each != asked.starts_at]
    options = [
        (rfc3339(each), str(_("Meet %(when)s", when=line(each, zone, now))))
        for each in near[:NEAREST]
    ]
    why = _("It is open again.") if rung.is_open else reason(rung.status)
    return Question(
        asked.id,
        who(asked.series),
        hour_words(asked.part, zone),
        url_for("staff.series_page", public_id=asked.series.public_id),
        line(asked.starts_at, zone, now),
        str(why),
        [*options, (SKIP, str(_("Leave this date out")))],
        options[0][0] if options else SKIP,
    )


def _done_words(done: str) -> str:
    words = {
        "settled": _("The date is added. They are told by mail in three minutes."),
        "left_out": _("The date is left out. They never had it, so nobody is told."),
        "withdrawn": _("The offer is taken back and its times are open again."),
    }
    return str(words.get(done, ""))
