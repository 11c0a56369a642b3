"""Showing once more who one is, before what one signs in with can be changed."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from booking import clock
from booking.domain.staffing import is_fresh
from booking.errors import NotProved, TooManyTries
from booking.services.accounts import proving
from booking.services.accounts.factors import Browser
from booking.web.access import SEE_OTHER, hand_over, staff
from booking.web.errors import status_of
from booking.web.limits import PROOFS, at_most
from booking.web.staff.blueprint import bp
from booking.web.staff.sign_in import own_page
from booking.web.wiring import parts
from booking.web.words import problem_words, sentence_for


def browser() -> Browser:
    return Browser(staff().session_id, staff().account_id)


def stale() -> Response | None:
    """Lead whoever proved who they are too long ago to where they do so again."""
    if is_fresh(staff().proved_at, now=clock.utcnow()):
        return None
    there = request.path if request.method == "GET" else url_for("staff.account")
    return redirect(url_for("staff.prove", next=there), code=SEE_OTHER)


@bp.get("/prove")
def prove() -> str:
    return _page(own_page(request.args.get("next", "")))


@bp.post("/prove")
@at_most(PROOFS)
def prove_by_code() -> str | Response | tuple[str, int]:
    there, who = own_page(request.form.get("next", "")), browser()
    code, now = request.form.get("code", ""), clock.utcnow()
    try:
        key = proving.prove(who.session_id, who.account_id, code, parts=parts(), now=now)
    except NotProved as refused:
        return _page(there, problem_words("wrong_code")), status_of(refused)
    except TooManyTries as refused:
        return _page(there, sentence_for(refused.code)), status_of(refused)
    return hand_over(redirect(there, code=SEE_OTHER), key)


def _page(there: str, problem: str = "") -> str:
    errors = [("code", problem)] if problem else []
    passkeys = parts().passkeys.work_here
    tried = "passkey" in request.args
    return render_template(
        "staff/prove.html", there=there, errors=errors, passkeys=passkeys, tried=tried
    )
