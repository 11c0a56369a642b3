"""Who waits for a time with this therapist, in the order in which they are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.adapters.wording.names import initials
from booking.domain.waiting import WaitingStatus
from booking.domain.zones import zone
from booking.models import Waiting
from booking.queries import waiting as query
from booking.services.waiting.staffing import take_off
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp, here
from booking.web.staff.shown import Tag
from booking.web.views.clocks import clock_now
from booking.web.views.days import day_words
from booking.web.views.places import country_name
from booking.web.views.series_words import line
from booking.web.views.waiting import wish_of
from booking.web.wiring import reading


@dataclass(frozen=True, slots=True)
class Line:
    """One of those who wait: what for, when they could come by their own clock, since when.

    `offered` is what is held for them, and until when.
    """

    id: int
    who: str
    what: str
    when: Sequence[str]
    since: str
    offered: str
    tag: Tag | None


@bp.get("/waiting")
def waiting_list() -> str:
    now, there = here()
    found = query.line_for(reading(), staff().therapist_id)
    done = _("They wait for you no longer.") if request.args.get("done") == "off" else ""
    return render_template(
        "staff/waiting.html",
        lines=[_line(each, there, now) for each in found],
        clock=clock_now(now, there),
        done=str(done),
    )


@bp.post("/waiting/<int:waiting_id>/end")
def end_waiting(waiting_id: int) -> Response:
    """Take somebody off this therapist's line; of somebody else's line nothing is known."""
    query.waiting_of(reading(), staff().therapist_id, waiting_id)
    take_off(waiting_id, staff().therapist_id, now=here()[0])
    return redirect(url_for("staff.waiting_list", done="off"), code=SEE_OTHER)


def _line(waiting: Waiting, there: ZoneInfo, now: datetime) -> Line:
    wish, theirs = wish_of(waiting), zone(waiting.person.time_zone)
    where = waiting.state or country_name(waiting.country or "")
    clock = "" if theirs == there else times.zone_words(theirs)
    what = [wish.what, wish.often.lower(), wish.how.lower(), where]
    return Line(
        id=waiting.id,
        who=initials(waiting.person.name),
        what=", ".join(filter(None, what)),
        when=[*wish.when, *filter(None, [wish.days, clock])],
        since=str(_("Since %(day)s", day=day_words(waiting.joined_at, there, now))),
        offered=_offered(waiting, there, now),
        tag=_tag(waiting),
    )


def _offered(waiting: Waiting, there: ZoneInfo, now: datetime) -> str:
    offer = waiting.open_offer
    if offer is None or offer.expires_at <= now:
        return ""
    until = times.long_time(offer.expires_at, there)
    if offer.therapist_id != staff().therapist_id:
        return str(_("Somebody else's time is held for them until %(until)s.", until=until))
    when = line(offer.starts_at, there, now)
    return str(_("%(when)s is held for them until %(until)s.", when=when, until=until))


def _tag(waiting: Waiting) -> Tag | None:
    if waiting.status is WaitingStatus.PAUSED:
        return Tag(str(_("Paused: no answer")), "plain")
    return Tag(str(_("Asked")), "waiting") if waiting.open_offer else None
