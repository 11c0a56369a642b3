"""The way in: a link by mail, used once by pressing a button; and the way out."""

from datetime import timedelta

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from booking import clock
from booking.adapters.links import Purpose, id_in
from booking.errors import InvalidInput, NotFound
from booking.queries.staff import link_works
from booking.services import staff as service
from booking.web import kept
from booking.web.access import FRONT, SEE_OTHER, staff, staff_cookie
from booking.web.limits import SIGN_INS, at_most
from booking.web.paths import same_site_path
from booking.web.staff.blueprint import bp
from booking.web.wiring import parts, reading
from booking.web.words import problem_words

NEXT_COOKIE = "staff_next"
SIGN_IN_PATH = "/staff/sign-in"
NEXT_LIVES = timedelta(minutes=15)
GONE = 404
LONGEST_PATH = 200
# What became of a form that was sent after the session had ended.
FATES = frozenset({"lost", "kept", "long"})


@bp.get("/sign-in")
def sign_in() -> str | Response:
    there = _own_page(request.args.get("next", ""))
    if g.staff is not None:
        return redirect(there)
    if "out" in request.args:
        return _form(there, said="out")
    sent = request.args.get("sent", "")
    return _form(there, said=sent if sent in FATES else "")


@bp.post("/sign-in")
@at_most(SIGN_INS)
def send_link() -> str | Response | tuple[str, int]:
    """Answer everybody the same, whether or not the address is a therapist's."""
    address = request.form.get("email", "")
    there = _own_page(request.form.get("next", ""))
    try:
        service.ask_for_link(address, now=clock.utcnow())
    except InvalidInput as refused:
        return _form(there, address, [problem_words(p.code) for p in refused.problems]), 422
    response = make_response(_form(there, address, said="sent"))
    response.set_cookie(
        NEXT_COOKIE,
        there,
        max_age=NEXT_LIVES,
        path=SIGN_IN_PATH,
        httponly=True,
        samesite="Lax",
        secure=parts().settings.secure,
    )
    return response


@bp.get("/sign-in/<token>")
def open_link(token: str) -> str | tuple[str, int]:
    """Show a button, and change nothing: programs that check mail follow every link."""
    link_id = id_in(token)
    holds = parts().links.holds(token, Purpose.SIGN_IN)
    if link_id is None or not holds or not link_works(reading(), link_id, now=clock.utcnow()):
        return render_template("staff/sign_in_gone.html"), GONE
    return render_template("staff/sign_in_link.html", token=token)


@bp.post("/sign-in/<token>")
@at_most(SIGN_INS)
def use_link(token: str) -> Response | tuple[str, int]:
    try:
        key = service.sign_in(token, links=parts().links, now=clock.utcnow())
    except NotFound:
        return render_template("staff/sign_in_gone.html"), GONE
    there = _own_page(request.cookies.get(NEXT_COOKIE, ""))
    response = redirect(there, code=SEE_OTHER)
    response.delete_cookie(NEXT_COOKIE, path=SIGN_IN_PATH)
    # No age: the browser forgets it when it is closed, and the table long before that.
    response.set_cookie(
        staff_cookie(), key, httponly=True, samesite="Lax", secure=parts().settings.secure
    )
    return response


@bp.post("/sign-out")
def sign_out() -> Response:
    service.sign_out(staff().session_id, staff().therapist_id, now=clock.utcnow())
    return _left()


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    service.sign_out_everywhere(staff().therapist_id, now=clock.utcnow())
    return _left()


def _left() -> Response:
    response = redirect(url_for("staff.sign_in", out=1), code=SEE_OTHER)
    secure = parts().settings.secure
    response.delete_cookie(staff_cookie(), httponly=True, samesite="Lax", secure=secure)
    kept.drop(response)
    return response


def _own_page(path: str) -> str:
    """Return `path` if it is one of the staff pages, else the front of them."""
    there = same_site_path(path[:LONGEST_PATH], fallback=FRONT)
    inside = there == FRONT or there.startswith(f"{FRONT}/")
    return there if inside and not there.startswith(SIGN_IN_PATH) else FRONT


def _form(there: str, address: str = "", errors: list[str] | None = None, said: str = "") -> str:
    return render_template(
        "staff/sign_in.html",
        there=there,
        address=address,
        errors=[("email", words) for words in errors or []],
        said=said,
        mail_off=parts().mail is None,
    )
