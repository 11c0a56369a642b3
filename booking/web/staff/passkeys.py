"""Passkeys: coming in with one, showing with one who one is, making and removing them.

A script asks the device and puts its answer into a form; without the script, or where
browsers know no passkeys, the page does not offer them.
"""

from flask import Response, make_response, redirect, request, url_for
from werkzeug import Response as Led

from booking import clock
from booking.domain.browsers import browser_words
from booking.errors import InvalidInput, NotProved
from booking.services.accounts import passkeys
from booking.web.access import SEE_OTHER, hand_over, staff
from booking.web.limits import PROOFS, at_most
from booking.web.staff import set_up
from booking.web.staff.blueprint import bp
from booking.web.staff.fresh import browser, stale
from booking.web.staff.sign_in import came, own_page
from booking.web.wiring import parts

QUESTIONS = "20/minute"
REFUSED = "no"
FORBIDDEN = 403


@bp.post("/sign-in/passkey/question")
@at_most(QUESTIONS)
def ask_passkey() -> Response:
    return _json(passkeys.ask_to_come_in(parts=parts(), now=clock.utcnow()))


@bp.post("/sign-in/passkey")
@at_most(PROOFS)
def use_passkey() -> Led:
    there = own_page(request.form.get("next", ""))
    try:
        key = passkeys.come_in(_answer(), came(), parts=parts(), now=clock.utcnow())
    except NotProved:
        return redirect(url_for("staff.sign_in", next=there, passkey=REFUSED), code=SEE_OTHER)
    return hand_over(redirect(there, code=SEE_OTHER), key)


@bp.post("/prove/passkey/question")
@at_most(QUESTIONS)
def ask_to_prove() -> Response:
    question = passkeys.ask_to_prove(staff().account_id, parts=parts(), now=clock.utcnow())
    return _json(question)


@bp.post("/prove/passkey")
@at_most(PROOFS)
def prove_by_passkey() -> Led:
    there = own_page(request.form.get("next", ""))
    try:
        key = passkeys.prove(browser(), _answer(), parts=parts(), now=clock.utcnow())
    except NotProved:
        return redirect(url_for("staff.prove", next=there, passkey=REFUSED), code=SEE_OTHER)
    return hand_over(redirect(there, code=SEE_OTHER), key)


@bp.post("/account/passkeys/question")
@at_most(QUESTIONS)
def ask_to_make() -> Response:
    if _may_not_yet() is not None:
        return make_response("", FORBIDDEN)
    question = passkeys.ask_to_make(staff().account_id, parts=parts(), now=clock.utcnow())
    return _json(question)


@bp.post("/account/passkeys")
def add_passkey() -> Led:
    led = _may_not_yet()
    if led is not None:
        return led
    name = request.form.get("name", "") or browser_words(request.headers.get("User-Agent", ""))
    try:
        made = passkeys.add(browser(), _answer(), name, parts=parts(), now=clock.utcnow())
    except (NotProved, InvalidInput):
        page = "staff.account" if staff().proved_at else "staff.set_up"
        return redirect(url_for(page, passkey=REFUSED), code=SEE_OTHER)
    if made.codes:
        return set_up.codes_page(made)
    return hand_over(redirect(url_for("staff.account"), code=SEE_OTHER), made.key)


@bp.post("/account/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> Led:
    led = stale()
    if led is not None:
        return led
    try:
        made = passkeys.remove(browser(), passkey_id, parts=parts(), now=clock.utcnow())
    except InvalidInput:
        return redirect(url_for("staff.account", passkey="last"), code=SEE_OTHER)
    return hand_over(redirect(url_for("staff.account"), code=SEE_OTHER), made.key)


def _may_not_yet() -> Led | None:
    """Whoever sets up their first is let through; everybody else shows again who they are."""
    return None if staff().proved_at is None else stale()


def _answer() -> str:
    return request.form.get("answer", "")


def _json(text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/json"
    return response
