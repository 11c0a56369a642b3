"""The way in: a password and a code, or a mailed link; and the way out."""

from datetime import timedelta

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from booking import clock
from booking.adapters.links import Purpose, id_in
from booking.domain.browsers import browser_words
from booking.errors import InvalidInput, NotFound, NotProved, TooManyTries
from booking.models import SignInLink
from booking.queries.staff import can_prove, idle, live_link
from booking.services.accounts import links as mailed
from booking.services.accounts import proving, sessions
from booking.services.accounts.proving import Entered
from booking.services.accounts.sessions import Came
from booking.web import kept
from booking.web.access import FRONT, SEE_OTHER, hand_over, staff, staff_cookie
from booking.web.errors import status_of
from booking.web.limits import PROOFS, SIGN_INS, at_most
from booking.web.paths import same_site_path
from booking.web.staff.blueprint import bp
from booking.web.wiring import parts, reading
from booking.web.words import problem_words, sentence_for

NEXT_COOKIE = "staff_next"
SIGN_IN_PATH = "/staff/sign-in"
NEXT_LIVES = timedelta(minutes=15)
GONE, UNPROCESSABLE = 404, 422
LONGEST_PATH = 200
MINUTE = timedelta(minutes=1)
# What became of a form that was sent after the session had ended.
FATES = frozenset({"lost", "kept", "long"})

Answer = str | Response | tuple[str, int]


@bp.get("/sign-in")
def sign_in() -> Answer:
    there = own_page(request.args.get("next", ""))
    if g.staff is not None:
        return redirect(there)
    if "out" in request.args:
        return _form(there, said="out")
    if "passkey" in request.args:
        return _form(there, said="passkey")
    sent = request.args.get("sent", "")
    return _form(there, said=sent if sent in FATES else "")


@bp.post("/sign-in")
@at_most(PROOFS)
def use_password() -> Answer:
    """Answer everybody the same who is not let in, whatever it was that did not match."""
    there = own_page(request.form.get("next", ""))
    typed = [request.form.get(name, "") for name in ("email", "password", "code")]
    try:
        key = proving.sign_in(Entered(*typed), came(), parts=parts(), now=clock.utcnow())
    except (NotProved, TooManyTries) as refused:
        return _form(there, typed[0], problem=sentence_for(refused.code)), status_of(refused)
    return hand_over(redirect(there, code=SEE_OTHER), key)


@bp.get("/sign-in/link")
def ask_link() -> str:
    return _link_form(own_page(request.args.get("next", "")))


@bp.post("/sign-in/link")
@at_most(SIGN_INS)
def send_link() -> Answer:
    """Answer everybody the same, whether or not the address belongs to somebody here."""
    address = request.form.get("email", "")
    there = own_page(request.form.get("next", ""))
    try:
        mailed.ask_for_link(address, now=clock.utcnow())
    except InvalidInput as refused:
        problems = [problem_words(each.code) for each in refused.problems]
        return _link_form(there, address, problems), UNPROCESSABLE
    response = make_response(_link_form(there, address, sent=True))
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
def open_link(token: str) -> Answer:
    """Show a button, and change nothing: programs that check mail follow every link."""
    link = _live(token)
    return _button(token, link) if link is not None else _gone()


@bp.post("/sign-in/<token>")
@at_most(PROOFS)
def use_link(token: str) -> Answer:
    link, code = _live(token), request.form.get("code", "")
    try:
        key = mailed.use_link(token, code, came(), parts=parts(), now=clock.utcnow())
    except NotFound:
        return _gone()
    except (NotProved, TooManyTries) as refused:
        words = problem_words("wrong_code")
        if isinstance(refused, TooManyTries):
            words = sentence_for(refused.code)
        return _button(token, link, words), status_of(refused)
    there = own_page(request.cookies.get(NEXT_COOKIE, ""))
    response = redirect(there, code=SEE_OTHER)
    response.delete_cookie(NEXT_COOKIE, path=SIGN_IN_PATH)
    return hand_over(response, key)


@bp.post("/sign-out")
def sign_out() -> Response:
    sessions.sign_out(staff().session_id, staff().account_id, now=clock.utcnow())
    response = redirect(url_for("staff.sign_in", out=1), code=SEE_OTHER)
    secure = parts().settings.secure
    response.delete_cookie(staff_cookie(), httponly=True, samesite="Lax", secure=secure)
    kept.drop(response)
    return response


def came() -> Came:
    """Return from where the one who asks comes."""
    words = browser_words(request.headers.get("User-Agent", ""))
    return Came(words, request.cookies.get(staff_cookie(), ""))


def own_page(path: str) -> str:
    """Return `path` if it is one of the staff pages, else the front of them."""
    there = same_site_path(path[:LONGEST_PATH], fallback=FRONT)
    inside = there == FRONT or there.startswith(f"{FRONT}/")
    return there if inside and not there.startswith(SIGN_IN_PATH) else FRONT


def _live(token: str) -> SignInLink | None:
    link_id = id_in(token)
    if link_id is None or not parts().links.holds(token, Purpose.SIGN_IN):
        return None
    return live_link(reading(), link_id, now=clock.utcnow())


def _gone() -> tuple[str, int]:
    return render_template("staff/sign_in_gone.html"), GONE


def _button(token: str, link: SignInLink | None, problem: str = "") -> str:
    return render_template(
        "staff/sign_in_link.html",
        token=token,
        needs_code=link is not None and can_prove(link.account),
        errors=[("code", problem)] if problem else [],
    )


def _form(there: str, address: str = "", problem: str = "", said: str = "") -> str:
    return render_template(
        "staff/sign_in.html",
        there=there,
        address=address,
        errors=[("email", problem)] if problem else [],
        said=said,
        idle=idle(reading()) // MINUTE,
        passkeys=parts().passkeys.work_here,
    )


def _link_form(
    there: str, address: str = "", problems: list[str] | None = None, *, sent: bool = False
) -> str:
    return render_template(
        "staff/ask_link.html",
        there=there,
        address=address,
        errors=[("email", words) for words in problems or []],
        sent=sent,
        mail_off=parts().mail is None,
    )
