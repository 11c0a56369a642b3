"""Changing a standing hour: one date, this and the following, or all; shown first, then done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.standing import Scope
from booking.errors import (
    BookingError,
    IllegalTransition,
    InvalidInput,
    RuleBroken,
    SlotTaken,
)
from booking.models import Participant
from booking.queries.open_times import open_times
from booking.queries.standing import series_types
from booking.services.series.booking import AS_WISHED, Choices
from booking.services.series.changing import Change, change_series
from booking.services.series.planning import Plan, plan_change
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.choices import choices_in
from booking.web.series_pages.face import Face, Given, Wanted, face_of, new_hour, wanted_in
from booking.web.series_pages.page import render_page, standing_of
from booking.web.series_pages.seen import seen
from booking.web.series_pages.visits import (
    SEE_OTHER,
    Visit,
    acting,
    day_of,
    earliest_change,
    visit,
)
from booking.web.views.meeting import whom
from booking.web.views.series import reader_of
from booking.web.views.series_change import following_words, hour_form, scope_choices
from booking.web.views.series_plan import preview_of, signs_of
from booking.web.views.series_words import line, pattern_words
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Reach:
    """For which dates a change is: from `since`, a date of the rule, on."""

    found: Visit
    scope: Scope
    since: date
    seats: Sequence[Participant]

    @property
    def face(self) -> Face:
        return face_of(self.found.series, self.since, self.found.mine)

    @property
    def words(self) -> str:
        count = len(self.seats)
        if self.scope is Scope.ALL:
            return str(_("All %(num)s ahead", num=count))
        return following_words(count - 1)

    def fields(self) -> list[tuple[str, str]]:
        return [("scope", self.scope.value), ("date", self.since.isoformat())]


def choose(token: str) -> Answer:
    """Ask for which dates, or show how those may go on. One date is moved on its own page."""
    found, now = visit(token), utcnow()
    if not found.may_arrange or not found.ahead(now):
        return found.back()
    scope = request.args.get("scope", "")
    if scope == Scope.ONE:
        return redirect(f"{found.date_href(chosen_seat(found, now))}/move", code=SEE_OTHER)
    if scope not in set(Scope):
        return _ask_scope(found, now), OK
    reach = reach_of(found, Scope(scope), now)
    if reach is None:
        return too_late(found)
    return _form(reach, wanted_in(request.args, reach.face), OK)


def look(token: str) -> Answer:
    """Show exactly what the change would do, and do nothing."""
    found, now = visit(token), utcnow()
    reach = _reach(found, request.args, now)
    if isinstance(reach, Response):
        return reach
    if reach is None:
        return too_late(found)
    wanted = wanted_in(request.args, reach.face)
    if wanted.problems:
        return _form(reach, wanted, UNPROCESSABLE)
    return _preview(reach, wanted, AS_WISHED, "", OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """Change every date as it was shown, or none."""
    now = utcnow()
    found = acting(token, now=now)
    reach = _reach(found, request.form, now)
    if isinstance(reach, Response):
        return reach
    if reach is None:
        return too_late(found, UNPROCESSABLE)
    wanted, choices = wanted_in(request.form, reach.face), choices_in(request.form)
    plan = wanted if wanted.problems else _plan(reach, wanted, now)
    if isinstance(plan, Wanted):
        return _form(reach, plan, UNPROCESSABLE)
    if request.form.get("seen") != seen(signs_of(plan)):
        return _preview(reach, wanted, choices, _moved_on(), CONFLICT)
    was = found.series.version
    change = Change(found.series.id, reach.since, new_hour(wanted, reach.face), choices)
    try:
        change_series(change, actor=found.actor, now=now)
    except BookingError as refused:
        return _again(token, wanted, choices, refused)
    # With every clash settled by what there was before, nothing is left to change.
    return found.back(done="changed" if visit(token).series.version != was else "kept")


def _again(token: str, wanted: Wanted, choices: Choices, refused: BookingError) -> Answer:
    """Show once more, as things are now, what could not be done. Nothing has changed."""
    found = visit(token)
    reach = _reach(found, request.form, utcnow())
    if isinstance(reach, Response) or isinstance(refused, IllegalTransition):
        return found.back()
    if reach is None:
        return too_late(found, UNPROCESSABLE)
    return _preview(reach, wanted, choices, *refusal(refused))


def chosen_seat(found: Visit, now: datetime) -> Participant:
    """Return the date that was asked for by its day, else the next one."""
    ahead, day = found.ahead(now), date_in(request.args.get("date", ""))
    return next((seat for seat in ahead if day_of(seat) == day), ahead[0])


def reach_of(found: Visit, scope: Scope, now: datetime, day: date | None = None) -> Reach | None:
    """Return which dates a scope has, as far as they may still be moved; None if none may."""
    first = earliest_change(found, now)
    if first is None:
        return None
    ahead = found.ahead(now)
    asked = day or day_of(chosen_seat(found, now))
    since = first if scope is Scope.ALL else max(first, asked)
    seats = [seat for seat in ahead if day_of(seat) >= since]
    return Reach(found, scope, since, seats) if seats else None


def _reach(found: Visit, given: Given, now: datetime) -> Reach | Response | None:
    if not found.may_arrange or not found.ahead(now):
        return found.back()
    scope = Scope.ALL if given.get("scope") == Scope.ALL else Scope.FOLLOWING
    return reach_of(found, scope, now, date_in(given.get("date", "")))


def too_late(found: Visit, status: int = OK) -> Answer:
    words = _(
        "It is too close to the start to change this here. You can cancel a date on its page, "
        "or call us."
    )
    return render_page(found, refused=str(words)), status


def refusal(refused: BookingError) -> tuple[str, int]:
    """Return what to say of a change that was not made, and the status of the answer."""
    if isinstance(refused, SlotTaken):
        words = _("One of these times went a moment ago. Nothing is changed. Please look again.")
        return str(words), CONFLICT
    if isinstance(refused, RuleBroken):
        words = _("One of these dates is too close to move here. Nothing is changed.")
        return str(words), UNPROCESSABLE
    return _moved_on(), CONFLICT


def _moved_on() -> str:
    return str(_("Your dates changed since you opened this. Nothing is done. Please look again."))


def _ask_scope(found: Visit, now: datetime) -> str:
    seat, ahead, mine = chosen_seat(found, now), found.ahead(now), found.mine
    scopes: list[tuple[Scope, Sequence[Participant]]] = [(Scope.ONE, [seat])]
    whole = reach_of(found, Scope.ALL, now)
    rest = reach_of(found, Scope.FOLLOWING, now, day_of(seat))
    if rest and whole and rest.since == day_of(seat) and len(rest.seats) < len(whole.seats):
        scopes.append((Scope.FOLLOWING, rest.seats))
    if whole:
        scopes.append((Scope.ALL, whole.seats))
    return render_template(
        "pages/series_scope.html",
        choices=scope_choices(seat, scopes, mine=mine, now=now),
        date=day_of(seat).isoformat(),
        dates=[
            (day_of(each).isoformat(), line(each.appointment.starts_at, mine, now))
            for each in ahead
        ],
        action=found.address("series.choose_change"),
        back_href=found.address("series.show"),
        pause_href=found.address("series.ask_pause"),
        errors=[],
    )


def _form(reach: Reach, wanted: Wanted, status: int) -> Answer:
    found, face, now = reach.found, reach.face, utcnow()
    now_kind = face.part.session_type.kind
    types = series_types(reading(), found.series.therapist_id, like=now_kind)
    # What it is now stays a choice, whatever else is offered today.
    if all(each.id != face.part.session_type_id for each in types):
        types = [face.part.session_type, *types]
    chosen = next((each for each in types if each.slug == wanted.type), face.part.session_type)
    open_now = open_times(reading(), chosen, now=now, state=found.member.state)
    html = render_template(
        "pages/series_change.html",
        form=hour_form(face, wanted, types, open_now.starts),
        wanted=wanted,
        reach=reach,
        pattern=pattern_words(face.part, reach.since, found.mine),
        whom=whom(found.series.therapist),
        starts_on=line(reach.seats[0].appointment.starts_at, found.mine, now),
        action=found.address("series.look"),
        again=found.address("series.choose_change"),
        back_href=found.address("series.choose_change", date=reach.since.isoformat()),
        errors=list(wanted.problems.items()),
    )
    return html, status


def _plan(reach: Reach, wanted: Wanted, now: datetime) -> Plan | Wanted:
    """Return what the change would do, or the answers with what is wrong with them."""
    try:
        new = new_hour(wanted, reach.face)
        return plan_change(reading(), reach.found.series, new, since=reach.since, now=now)
    except InvalidInput as refused:
        if refused.problems[0].field == "modality":
            return wanted.with_problem("place", str(_("Sessions of that length are not held so.")))
        return wanted.with_problem("days", str(_("These days do not fit together.")))
    except RuleBroken:
        return wanted.with_problem("type", str(_("That length is not open right now.")))


def _preview(reach: Reach, wanted: Wanted, choices: Choices, refused: str, status: int) -> Answer:
    found, now = reach.found, utcnow()
    plan = _plan(reach, wanted, now)
    if isinstance(plan, Wanted):
        return _form(reach, plan, UNPROCESSABLE)
    standing, _line = standing_of(found)
    fields = [*reach.fields(), *wanted.fields()]
    html = render_template(
        "pages/series_preview.html",
        page=preview_of(plan, reach.face.part, choices, reader_of(standing)),
        refused=refused,
        hidden_fields=[*fields, ("seen", seen(signs_of(plan)))],
        look_fields=[each for each in fields if each[0] != "move_kept"],
        moves_kept=wanted.move_kept,
        action=found.address("series.change"),
        look=found.address("series.look"),
        back_href=found.address("series.choose_change", **reach_query(reach)),
        show_href=found.address("series.show"),
        errors=[],
    )
    return html, status


def reach_query(reach: Reach) -> dict[str, str]:
    return dict(reach.fields())
