"""Setting up, and setting anew, what somebody signs in with: a password and an app's codes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug import Response

from booking import clock
from booking.adapters import qr, totp
from booking.errors import InvalidInput
from booking.queries.practices import the_practice
from booking.queries.staff import account_of
from booking.services.accounts import factors
from booking.services.accounts.factors import Browser, Changed, NewPassword
from booking.web.access import SEE_OTHER, hand_over, staff
from booking.web.staff.blueprint import bp
from booking.web.staff.fresh import browser, stale
from booking.web.wiring import parts, reading
from booking.web.words import problem_words

UNPROCESSABLE = 422
# How long the picture on the page may be taken for an app's.
PICTURE_LIVES = timedelta(minutes=30)
# The same key seals other things: nothing sealed for another purpose passes for a secret.
PURPOSE = "app secret"
GROUP = 4

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class App:
    """What an authenticator app is given: a picture, the same in letters, and it sealed."""

    picture: Markup
    letters: str
    sealed: str


@bp.get("/set-up")
def set_up() -> Answer:
    """Show what has to be chosen before anything else; whoever has chosen is led on."""
    if staff().proved_at is not None:
        return redirect(url_for("staff.account"), code=SEE_OTHER)
    return _page("staff/set_up.html")


@bp.post("/set-up")
def set_up_password() -> Answer:
    if staff().proved_at is not None:
        return redirect(url_for("staff.account"), code=SEE_OTHER)
    return _set("staff/set_up.html")


@bp.get("/account/password")
def new_password() -> Answer:
    return stale() or _page("staff/new_password.html")


@bp.post("/account/password")
def change_password() -> Answer:
    return stale() or _set("staff/new_password.html")


@bp.post("/account/password/drop")
def drop_password() -> Answer:
    """Take password and app away, where a passkey is left."""
    led = stale()
    if led is not None:
        return led
    try:
        made = factors.drop_password(browser(), parts=parts(), now=clock.utcnow())
    except InvalidInput:
        return redirect(url_for("staff.account", passkey="last"), code=SEE_OTHER)
    return hand_over(redirect(url_for("staff.account"), code=SEE_OTHER), made.key)


@bp.post("/account/codes")
def make_codes() -> Answer:
    led = stale()
    if led is not None:
        return led
    return codes_page(factors.new_codes(browser(), parts=parts(), now=clock.utcnow()))


def codes_page(made: Changed) -> Response:
    """Show the recovery codes, this once, and give the browser its new key."""
    page = make_response(render_template("staff/codes.html", codes=made.codes))
    return hand_over(page, made.key)


def _set(template: str) -> Answer:
    now = clock.utcnow()
    secret, who = _secret_in(request.form.get("app", ""), now), browser()
    new = NewPassword(request.form.get("password", ""), secret, request.form.get("code", ""))
    try:
        made = factors.set_password(who, new, parts=parts(), now=now)
    except InvalidInput as refused:
        problems = {each.field: problem_words(each.code) for each in refused.problems}
        return _page(template, problems=problems, secret=secret), UNPROCESSABLE
    return codes_page(made)


def _page(template: str, *, problems: dict[str, str] | None = None, secret: str = "") -> str:
    problems = problems or {}
    app = _app(secret or totp.new_secret(), browser(), clock.utcnow())
    email = account_of(reading(), staff().account_id).email
    return render_template(
        template,
        app=app,
        email=email,
        problems=problems,
        errors=list(problems.items()),
        passkeys=parts().passkeys.work_here,
        tried="passkey" in request.args,
    )


def _app(secret: str, who: Browser, now: datetime) -> App:
    document: dict[str, object] = {
        "purpose": PURPOSE,
        "account": who.account_id,
        "secret": secret,
        "until": (now + PICTURE_LIVES).timestamp(),
    }
    account, practice = account_of(reading(), who.account_id), the_practice(reading())
    address = totp.address(secret, whose=account.email, issuer=practice.outside_name)
    return App(
        picture=Markup(qr.picture(address)),  # noqa: S704  # it is drawn here, of squares
        letters=" ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP)),
        sealed=parts().sealer.seal_document(document).decode(),
    )


def _secret_in(sealed: str, now: datetime) -> str:
    """Return the secret that this account was shown; a new one if there is none to be had."""
    document = parts().sealer.open_document(sealed.encode())
    mine = (PURPOSE, staff().account_id)
    if (document.get("purpose"), document.get("account")) != mine:
        return totp.new_secret()
    if now.timestamp() >= float(str(document["until"])):
        return totp.new_secret()
    return str(document["secret"])
