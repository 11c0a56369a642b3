"""What was typed when the session had ended: in the form again after signing in, never saved."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from booking.clock import utcnow
from booking.models import StaffSession, TimeOff, WeeklyRule, db
from booking.services.accounts.sessions import work_for
from booking.services.parts import EXTENSION, Parts
from booking.web import kept
from tests.support.accounts import PASSWORD, an_account, code_at
from tests.web.booking_flow import everything
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import AMARA, BO, another_therapist, key_of, signed_in, the_account

pytestmark = pytest.mark.usefixtures("then")

INES = "ines@alder.example"
TOO_LONG_S = 15 * 60
NOT_SAVED = "This is what you had typed when you were signed out. It is not saved yet."
WILL_SHOW = "the form shows it again, for you to save"


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def sign_in_again(
    browser: Browser, parts: Parts, email: str = AMARA, there: str = "/staff/hours"
) -> Page:
    """Sign in where one was led to; return the page one ends up on."""
    the_account(parts, email)
    form = browser.get(f"/staff/sign-in?next={there}")
    typed = {"email": email, "password": PASSWORD, "code": code_at(utcnow())}
    return browser.press(form, "Sign in", **typed)


def send_too_late(
    amara: Browser, then: time_machine.Traveller, path: str, button: str, **typed: str
) -> Page:
    """Fill in the form, let the session end, and press the button."""
    page = amara.get(path)
    then.shift(TOO_LONG_S)
    return amara.press(page, button, **typed)


def hours_off(amara: Browser, then: time_machine.Traveller) -> Page:
    return send_too_late(amara, then, "/staff/hours", "Save hours", **{"from-0": "06:35"})


def test_weekly_hours_are_in_the_form_again_and_not_saved(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    before = everything()["weekly_rule"]

    led = hours_off(amara, then)
    page = sign_in_again(amara, parts)

    assert "What you just sent was not saved." in led.text
    assert WILL_SHOW in led.text
    assert page.path == "/staff/hours"
    assert NOT_SAVED in page.text
    assert 'value="06:35"' in page.html
    assert everything()["weekly_rule"] == before


def test_pressing_save_then_saves_them_and_the_note_goes(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    hours_off(amara, then)
    page = sign_in_again(amara, parts)

    saved = amara.press(page, "Save hours")

    assert "Saved." in saved.text
    assert NOT_SAVED not in saved.text
    starts = db.session.scalars(select(WeeklyRule.from_minute).filter_by(weekday=0))
    assert 6 * 60 + 35 in list(starts)
    assert NOT_SAVED not in amara.get("/staff/hours").text


TIME_OFF = [
    ("Add time off", {"first_day": "2030-03-20", "last_day": "2030-03-22", "starts": "10:00"}),
    ("Set these hours", {"day": "2030-03-21", "from_1": "09:10", "until_1": "11:20"}),
]


@pytest.mark.parametrize(("button", "typed"), TIME_OFF)
def test_both_forms_of_time_off_are_shown_again(
    amara: Browser,
    parts: Parts,
    then: time_machine.Traveller,
    button: str,
    typed: dict[str, str],
) -> None:
    send_too_late(amara, then, "/staff/time-off", button, **typed)

    page = sign_in_again(amara, parts, there="/staff/time-off")

    assert page.path == "/staff/time-off"
    assert NOT_SAVED in page.text
    form, _button = page.form(button)
    assert {name: form.fields[name] for name in typed} == typed
    assert list(db.session.scalars(select(TimeOff))) == []


def test_another_therapist_who_signs_in_does_not_see_them(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    another_therapist()
    hours_off(amara, then)

    page = sign_in_again(amara, parts, BO)

    assert page.path == "/staff/hours"
    assert NOT_SAVED not in page.text
    assert "06:35" not in page.html
    amara.client.set_cookie("staff", key_of(the_account(parts)))
    assert "06:35" in amara.get("/staff/hours").html


def test_a_front_desk_sees_them_again_at_the_same_diary_alone(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    bo = another_therapist()
    ines = an_account(parts, email=INES, is_desk=True)
    desk = signed_in(app, parts, INES)
    desk.press(desk.get("/staff"), "Open: Amara")
    hours_off(desk, then)

    page = sign_in_again(desk, parts, INES)
    assert "06:35" in page.html
    latest = db.session.scalars(select(func.max(StaffSession.id))).one()
    work_for(latest, ines, bo.slug, now=utcnow())
    assert "06:35" not in desk.get("/staff/hours").html
    work_for(latest, ines, "amara", now=utcnow())
    assert "06:35" in desk.get("/staff/hours").html


def test_after_half_an_hour_they_are_gone(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    """The time is sealed in: a browser that holds on to its cookies changes nothing."""
    hours_off(amara, then)
    [cookie] = [value for (_, path, _), value in cookies(amara).items() if path == kept.PATH]
    then.shift(kept.LIVES.total_seconds())
    amara.client.set_cookie(kept.COOKIE, cookie, path=kept.PATH)

    page = sign_in_again(amara, parts)

    assert NOT_SAVED not in page.text


def test_what_is_saved_can_be_seen_instead_and_then_stays(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    hours_off(amara, then)
    page = sign_in_again(amara, parts)

    saved = amara.get(page.link("Show what is saved instead"))

    assert NOT_SAVED not in saved.text
    assert "06:35" not in saved.html
    assert NOT_SAVED not in amara.get("/staff/hours").text


def test_signing_out_leaves_nothing_behind(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    hours_off(amara, then)
    sign_in_again(amara, parts)

    amara.client.post("/staff/sign-out")

    assert kept.COOKIE not in {name for _, _, name in cookies(amara)}


def test_they_are_neither_in_an_address_nor_readable(
    amara: Browser, then: time_machine.Traveller
) -> None:
    then.shift(TOO_LONG_S)

    answer = amara.client.post("/staff/hours", data={"from-0": "06:35", "until-0": "07:45"})

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(kept.COOKIE)]
    assert "06:35" not in answer.headers["Location"] + cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/staff", "Max-Age=1800"} <= set(cookie.split("; "))


def test_over_tls_they_travel_by_tls_alone(
    app: Flask, parts: Parts, amara: Browser, then: time_machine.Traveller
) -> None:
    key = next(value for (_, _, name), value in cookies(amara).items() if name == "staff")
    secure = replace(parts.settings, public_url="https://alder.example")
    app.extensions[EXTENSION] = replace(parts, settings=secure)
    amara.client.set_cookie("__Host-staff", key)
    then.shift(TOO_LONG_S)

    answer = amara.client.post("/staff/hours", data={"from-0": "06:35"})

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(kept.COOKIE)]
    assert "Secure" in cookie.split("; ")


def test_the_fullest_week_there_can_be_is_kept(
    amara: Browser, then: time_machine.Traveller
) -> None:
    then.shift(TOO_LONG_S)
    week = {}
    for day in range(7):
        week[f"from-{day}"] = [f"{8 + block:02}:{7 * block:02}" for block in range(8)]
        week[f"until-{day}"] = [f"{8 + block:02}:{7 * block + 5:02}" for block in range(8)]
        week[f"every-{day}"] = ["2:2030-03-04"] * 8

    answer = amara.client.post("/staff/hours", data=week)

    assert answer.headers["Location"].endswith("&sent=kept")


@pytest.mark.parametrize("much", ["x" * 20_000, "".join(f"{n * n:x}" for n in range(2_500))])
def test_what_is_too_much_to_keep_is_said_to_be_gone(
    amara: Browser, then: time_machine.Traveller, much: str
) -> None:
    then.shift(TOO_LONG_S)

    answer = amara.client.post("/staff/hours", data={"from-0": much})
    page = amara.get(answer.headers["Location"])

    assert "It was too much to keep for you." in page.text
    assert "What you just sent was not saved." in page.text
    assert kept.COOKIE not in {name for _, _, name in cookies(amara)}


@pytest.mark.parametrize("key", [None, "x" * 43])
def test_what_nobody_typed_is_kept_for_nobody(app: Flask, key: str | None) -> None:
    stranger = Browser(app.test_client())
    if key is not None:
        stranger.client.set_cookie("staff", key)

    answer = stranger.client.post("/staff/hours", data={"from-0": "06:35"})

    assert answer.headers["Location"].endswith("&sent=lost")
    assert not any(c.startswith(kept.COOKIE) for c in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("purpose", "form"), [("something else", "staff.set_hours"), (kept.PURPOSE, "staff.other")]
)
def test_what_was_sealed_for_something_else_is_no_form(
    amara: Browser, parts: Parts, purpose: str, form: str
) -> None:
    document: dict[str, object] = {"purpose": purpose, "form": form}
    sealed = parts.sealer.seal_document(document).decode()
    amara.client.set_cookie(kept.COOKIE, sealed, path=kept.PATH)

    page = amara.get("/staff/hours")

    assert page.status == 200
    assert NOT_SAVED not in page.text


def cookies(browser: Browser) -> dict[tuple[str, str, str], str]:
    """Return what the browser holds, by domain, path and name."""
    return {key: cookie.value for key, cookie in (browser.client._cookies or {}).items()}
