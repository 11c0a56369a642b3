"""Finding a therapist: the board of who has time, and a page about each of them.

Everything here is read; a GET holds no time and writes nothing.
"""

from dataclasses import replace

from flask import Blueprint, render_template, request

from booking import clock
from booking.domain.directory import Filters, Results
from booking.domain.lifecycle import Kind
from booking.queries import directory
from booking.queries.directory import Directory
from booking.queries.groups import group_slugs
from booking.queries.profiles import policy_of, therapist_by_slug
from booking.web.access import anyone
from booking.web.views.find import Seen, board
from booking.web.views.find_asked import KINDS, Asked
from booking.web.views.find_filters import settled
from booking.web.views.find_profile import Profile, profile
from booking.web.wiring import reading
from booking.web.zones import visitor_zone

# What is booked for several is shown by who offers it, and not looked for.
TOGETHER = ((Kind.COUPLES,), (Kind.FAMILY,))

bp = Blueprint("find", __name__)
bp.before_request(anyone)


@bp.get("/find")
def find() -> str:
    known = directory.directory(reading())
    asked = settled(Asked.read(request.args), known.overview)
    seen = Seen(visitor_zone(asked.state), clock.utcnow())

    def search(filters: Filters) -> Results:
        return _search(filters, known, seen)

    page = board(asked, known.overview, seen, search)
    return render_template("pages/find.html", board=page)


@bp.get("/t/<slug:slug>")
def therapist(slug: str) -> str:
    groups = group_slugs(reading(), slug)
    return render_template("pages/therapist.html", page=_profile(slug), groups=groups)


def _profile(slug: str) -> Profile:
    known = directory.directory(reading())
    asked = Asked.read(request.args)
    seen = Seen(visitor_zone(asked.state), clock.utcnow())
    card = directory.card(reading(), slug)
    alone = replace(known, cards=(card,))
    shown = [kinds for kinds in (*KINDS.values(), *TOGETHER) if card.offer_of(kinds) is not None]
    wanted = [Filters(state=asked.state, kinds=kinds) for kinds in shown]
    found = [one for filters in wanted for one in _search(filters, alone, seen).found]
    row = therapist_by_slug(reading(), slug)
    return profile(card, row, asked, seen, found=found, policy=policy_of(reading(), row))


def _search(filters: Filters, among: Directory, seen: Seen) -> Results:
    return directory.search(reading(), filters, now=seen.now, zone=seen.zone.zone, among=among)
