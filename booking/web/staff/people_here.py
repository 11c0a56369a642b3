"""Who works here: inviting them, giving them their parts, letting them in again, letting go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug import Response

from booking import clock
from booking.domain.staffing import StaffRole
from booking.errors import InvalidInput
from booking.models import StaffAccount
from booking.queries.staff import account_of, can_prove
from booking.services.accounts import people
from booking.services.accounts.people import PARTS_TO_GIVE, NewColleague
from booking.services.audit import Actor
from booking.services.audit import staff as the_account
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp
from booking.web.staff.fresh import stale
from booking.web.wiring import reading
from booking.web.words import problem_words

UNPROCESSABLE = 422

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    name: str
    email: str
    parts: Sequence[str]
    tag: str


@bp.get("/people-here")
def people_here() -> str:
    return _list(done=request.args.get("done", ""))


@bp.post("/people-here")
def invite() -> Answer:
    led = stale()
    if led is not None:
        return led
    form = request.form
    new = NewColleague(form.get("name", ""), form.get("email", ""), _parts())
    try:
        people.invite(new, actor=_actor(), now=clock.utcnow())
    except InvalidInput as refused:
        problems = {each.field: problem_words(each.code) for each in refused.problems}
        return _list(typed=form.to_dict(), problems=problems), UNPROCESSABLE
    return redirect(url_for("staff.people_here", done="invited"), code=SEE_OTHER)


@bp.get("/people-here/<int:account_id>")
def person(account_id: int) -> str:
    return _person(account_id)


@bp.post("/people-here/<int:account_id>/parts")
def give_parts(account_id: int) -> Answer:
    now, given, by = clock.utcnow(), _parts(), _actor()
    return _after(
        account_id, lambda: people.give_parts(account_id, given, actor=by, now=now), done="parts"
    )


@bp.post("/people-here/<int:account_id>/let-in")
def let_in_again(account_id: int) -> Answer:
    now, by = clock.utcnow(), _actor()
    return _after(
        account_id, lambda: people.let_in_again(account_id, actor=by, now=now), done="let-in"
    )


@bp.post("/people-here/<int:account_id>/leave")
def let_go(account_id: int) -> Answer:
    now, by, active = clock.utcnow(), _actor(), request.form.get("back") == "yes"
    return _after(
        account_id,
        lambda: people.set_active(account_id, active=active, actor=by, now=now),
        done="back" if active else "gone",
    )


def _after(account_id: int, act: Callable[[], None], *, done: str) -> Answer:
    """Do it, for whoever has just proved who they are, and say that it is done."""
    led = stale()
    if led is not None:
        return led
    try:
        act()
    except InvalidInput as refused:
        problems = {each.field: problem_words(each.code) for each in refused.problems}
        return _person(account_id, problems=problems), UNPROCESSABLE
    if account_id == staff().account_id:
        return redirect(url_for("staff.account"), code=SEE_OTHER)
    return redirect(url_for("staff.person", account_id=account_id, done=done), code=SEE_OTHER)


def _actor() -> Actor:
    return the_account(staff().account_id)


def _parts() -> set[StaffRole]:
    return {part for part in PARTS_TO_GIVE if part.value in request.form.getlist("parts")}


def _list(
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    done: str = "",
) -> str:
    query = (
        select(StaffAccount)
        .options(joinedload(StaffAccount.therapist), selectinload(StaffAccount.passkeys))
        .order_by(StaffAccount.active.desc(), StaffAccount.name, StaffAccount.id)
    )
    return render_template(
        "staff/people_here.html",
        people=[_colleague(each) for each in reading().scalars(query)],
        typed=typed or {},
        chosen=_parts(),
        problems=problems or {},
        errors=list((problems or {}).items()),
        done=done,
    )


def _person(account_id: int, *, problems: Mapping[str, str] | None = None) -> str:
    account = account_of(reading(), account_id)
    return render_template(
        "staff/person_here.html",
        account=account,
        shown=_colleague(account),
        oneself=account_id == staff().account_id,
        set_up=can_prove(account),
        errors=list((problems or {}).items()),
        problems=problems or {},
        done=request.args.get("done", ""),
    )


def _colleague(account: StaffAccount) -> Colleague:
    held = {
        str(_("therapist")): account.therapist_id is not None,
        str(_("front desk")): account.is_desk,
        str(_("admin")): account.is_admin,
    }
    tag = "" if can_prove(account) else str(_("not set up yet"))
    return Colleague(
        id=account.id,
        name=account.name,
        email=account.email,
        parts=[words for words, has in held.items() if has],
        tag=tag if account.active else str(_("does not work here any more")),
    )
