"""A passkey in a real browser, whose device is a virtual one: made, used, shown once more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import DESK, PATIENCE_MS
from tests.browser.demo import Demo, demo
from tests.browser.visitor import Visitor, Watch

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo reached by a name: browsers know no passkeys of a bare address."""
    with demo(tmp_path_factory.mktemp("named"), host="localhost") as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    size = {"width": DESK[0], "height": DESK[1]}
    context = browser.new_context(viewport=size, locale="en-US")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def with_a_device(context: BrowserContext, site: Demo) -> Visitor:
    """Return somebody at a browser that has a device."""
    watch = Watch(site.url)
    watch.over(context)
    visitor = Visitor(context.new_page(), watch)
    wire = context.new_cdp_session(visitor.page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return visitor


def test_a_passkey_is_made_and_signs_in(context: BrowserContext, named_site: Demo) -> None:
    visitor = with_a_device(context, named_site)
    visitor.bring_cookies(named_site.cookies_of("amara@alder.example"))
    visitor.go("/staff/account")
    visitor.press("Add a passkey")
    visitor.page.wait_for_selector("text=Your recovery codes")
    assert visitor.page.locator(".codes li").count() == 10

    context.clear_cookies()
    visitor.go("/staff/hours")
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(f"{named_site.url}/staff/hours")

    visitor.go("/staff/prove?next=/staff/account/password")
    visitor.press("With a passkey")
    visitor.page.wait_for_url(f"{named_site.url}/staff/account/password")
    assert visitor.watch.troubles == []


def test_a_device_that_does_not_answer_is_said_so_and_nothing_is_lost(
    context: BrowserContext, named_site: Demo
) -> None:
    visitor = with_a_device(context, named_site)
    visitor.go("/staff/sign-in")
    visitor.page.get_by_label("Work email").fill("somebody@alder.example")

    visitor.press("Sign in with a passkey")

    visitor.page.wait_for_selector("text=The device did not answer.")
    assert visitor.page.get_by_label("Work email").input_value() == "somebody@alder.example"
