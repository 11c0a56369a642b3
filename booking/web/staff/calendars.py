"""The therapist's calendars: those others read, and those that say when they are busy."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from booking.domain.feeds import FOR_THERAPISTS, Detail
from booking.domain.outside import CalendarKind
from booking.errors import InvalidInput, NotFound
from booking.queries.feeds import feeds_of
from booking.queries.outside import calendars_of, clashing
from booking.services.audit import Actor, therapist
from booking.services.calendars import feeds, outside
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import calendars_words as words
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.time_off import Kept
from booking.web.views.clocks import clock_now
from booking.web.wiring import parts, reading

UNPROCESSABLE = 422
LONGEST_KEPT = 2100


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed to connect a calendar; a password is never shown again."""

    kind: str = CalendarKind.ICS.value
    name: str = ""
    address: str = ""
    user: str = ""


@bp.get("/calendars")
def calendars() -> str:
    return _page(Typed(), done=request.args.get("done", ""))


@bp.post("/calendars/feeds")
def make_feed() -> Response:
    """Make the address of a feed, or another one in its place."""
    feeds.make_feed(staff().therapist_id, _detail(), actor=_actor(), now=here()[0])
    return _back("made", "feeds")


@bp.post("/calendars/feeds/end")
def end_feed() -> Response:
    feeds.end_feed(staff().therapist_id, _detail(), actor=_actor(), now=here()[0])
    return _back("ended", "feeds")


@bp.post("/calendars")
def connect_calendar() -> Response | tuple[str, int]:
    typed = Typed(**{name: _field(name) for name in ("kind", "name", "address", "user")})
    try:
        wanted = outside.NewCalendar(
            kind=CalendarKind(typed.kind),
            address=typed.address,
            name=typed.name,
            user=typed.user,
            password=_field("password"),
        )
        outside.connect(staff().therapist_id, wanted, parts=parts(), actor=_actor(), now=here()[0])
    except ValueError:
        return _page(Typed(), faults=[words.kind_fault()]), UNPROCESSABLE
    except InvalidInput as refused:
        return _page(typed, faults=[words.fault(each) for each in refused.problems]), UNPROCESSABLE
    return _back("connected", "outside")


@bp.post("/calendars/<slug:public_id>/read")
def read_calendar(public_id: str) -> Response:
    """Have it read at the next sweep."""
    outside.read_soon(staff().therapist_id, public_id, now=here()[0])
    return _back("asked", "outside")


@bp.post("/calendars/<slug:public_id>/remove")
def disconnect_calendar(public_id: str) -> Response:
    outside.disconnect(staff().therapist_id, public_id, actor=_actor(), now=here()[0])
    return _back("removed", "outside")


def _detail() -> Detail:
    try:
        return Detail(request.form.get("detail", ""))
    except ValueError:
        raise NotFound("feed") from None


def _field(name: str) -> str:
    return request.form.get(name, "")[:LONGEST_KEPT]


def _actor() -> Actor:
    return therapist(staff().therapist_id)


def _back(done: str, where: str) -> Response:
    return redirect(url_for("staff.calendars", done=done, _anchor=where), code=SEE_OTHER)


def _page(typed: Typed, *, faults: words.Faults | None = None, done: str = "") -> str:
    now, zone = here()
    session, therapist_id = reading(), staff().therapist_id
    made = {feed.detail: feed for feed in feeds_of(session, therapist_id)}
    links = parts().links
    return render_template(
        "staff/calendars.html",
        clock=clock_now(now, zone),
        done=done,
        typed=typed,
        errors=faults or [],
        problems=dict(faults or []),
        kinds=words.kinds(),
        feeds=[
            words.feed_row(
                detail, links.url(feeds.feed_path(made[detail], links)) if detail in made else ""
            )
            for detail in FOR_THERAPISTS
        ],
        calendars=[
            words.calendar_row(each, now, zone) for each in calendars_of(session, therapist_id)
        ],
        clashes=[
            Kept(each.hold_id, shown.short_words(each, zone))
            for each in clashing(session, therapist_id, now=now)
        ],
    )
