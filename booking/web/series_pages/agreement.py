"""The agreement: read, agreed to by name, and there to be read and printed afterwards."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.clock import utcnow
from booking.errors import IllegalTransition, InvalidInput, NotFound
from booking.models import Acceptance, Agreement
from booking.queries.guardians import sees_all
from booking.services.series.agreeing import Signature, accept_agreement
from booking.web.booking_pages.typed import LONGEST_KEPT
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.page import agreement_for
from booking.web.series_pages.seen import seen
from booking.web.series_pages.visits import Visit, acting, visit
from booking.web.views.meeting import whom
from booking.web.views.series_agreement import (
    given_of,
    labels,
    particulars_of,
    sections_of,
)
from booking.web.views.series_panels import Standing
from booking.web.wiring import reading
from booking.web.words import problem_words

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Reading:
    """What a member reads: an edition, what fills it in, and their own earlier answers."""

    edition: Agreement
    given: list[Acceptance]
    particulars: dict[str, str]

    @property
    def answer(self) -> Acceptance | None:
        """Return their yes to this edition."""
        return next((g for g in self.given if g.agreement_id == self.edition.id), None)

    @property
    def signs(self) -> str:
        return seen([self.edition.id, self.particulars])


def show(token: str) -> Answer:
    """Show the agreement that holds, or an earlier one that this member said yes to."""
    found = visit(token)
    return _page(found, reading_of(found, request.args.get("version", "")), {}, OK)


@at_most(BOOKINGS)
def accept(token: str) -> Answer:
    """Write the yes down: the name that was typed, and exactly what was shown with it."""
    now = utcnow()
    found = acting(token, now=now)
    read = reading_of(found, "")
    if request.form.get("seen") != read.signs:
        changed = str(_("This has changed since you opened it. Please read it once more."))
        return _page(found, read, {"changed": changed}, CONFLICT)
    name = request.form.get("name", "")[:LONGEST_KEPT]
    signature = Signature(name, read.edition.id, dict(read.particulars), request.remote_addr)
    try:
        accept_agreement(found.member.id, signature, now=now)
    except InvalidInput as refused:
        found = visit(token)
        problems = {p.field: _problem(p.field, p.code) for p in refused.problems}
        return _page(found, reading_of(found, ""), problems, UNPROCESSABLE)
    except IllegalTransition:
        return visit(token).back()
    return found.back(done="agreed")


def reading_of(found: Visit, version: str) -> Reading:
    """Return the edition that holds, or the accepted one of that `version`.

    Raises `NotFound` for who only pays or sees only times, and while there is none.
    """
    given, edition = agreement_for(found)
    may_read = sees_all(reading(), found.member, now=utcnow())
    if edition is None or not may_read or not found.seats:
        raise NotFound("booking")
    for each in given:
        if str(each.agreement.version) == version:
            edition = each.agreement
    words = particulars_of(found.member, found.seats, mine=found.mine, now=utcnow())
    return Reading(edition, given, words)


def _page(found: Visit, read: Reading, problems: dict[str, str], status: int) -> Answer:
    now = utcnow()
    standing = Standing(found.member, found.ahead(now), bool(read.given), found.mine, now)
    answer = read.answer
    given = given_of(answer, found.mine) if answer else None
    names = labels()
    particulars = [(names[name], words) for name, words in read.particulars.items()]
    html = render_template(
        "pages/agreement.html",
        whom=whom(found.series.therapist),
        version=read.edition.version,
        since=times.day(read.edition.created_at, found.mine),
        sections=sections_of(read.edition),
        particulars=given.particulars if given and given.particulars else particulars,
        given=given,
        earlier=[
            (each.agreement.version, times.day(each.accepted_at, found.mine))
            for each in read.given
            if each is not answer
        ],
        may_agree=answer is None and standing.is_live,
        is_new=bool(read.given),
        seen=read.signs,
        action=found.address("series.agree"),
        back_href=found.address("series.show"),
        name=request.form.get("name", "")[:LONGEST_KEPT],
        problems=problems,
        errors=[(field, words) for field, words in problems.items() if field == "name"],
    )
    return html, status


def _problem(field: str, code: str) -> str:
    if field == "name" and code == "missing":
        return str(_("Type your name to agree."))
    return problem_words(code)
