"""A browser, a demo to visit, and visitors who mind what the pages do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.demo import Demo, demo
from tests.browser.visitor import Visitor, Watch
from tests.support.servers import chromium_path

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
]
PHONE, DESK = (390, 844), (1280, 900)
PATIENCE_MS = 60_000

LONGEST_TEST_S = 240

Visit = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test that hangs in the browser end its whole process, and be named for it.

    Some calls of Playwright have no timeout, and a signal in the midst of one leaves it in a
    state in which the next call never comes back either.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(LONGEST_TEST_S, method="thread"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo practice, this test process's own."""
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, site: Demo) -> Iterator[Visit]:
    """Let somebody come with a device of their own; at the end, no page may have misbehaved."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def come(
        size: tuple[int, int] = PHONE, *, script: bool = True, scheme: str = "light", **more: object
    ) -> Visitor:
        options: dict[str, object] = {
            "viewport": {"width": size[0], "height": size[1]},
            "color_scheme": scheme,
            "java_script_enabled": script,
            "locale": "en-US",
            "timezone_id": "America/Phoenix",
        }
        context = browser.new_context(**options | more)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(site.url))
        watches[-1].over(context)
        return Visitor(context.new_page(), watches[-1])

    yield come
    for context in contexts:
        context.close()
    assert [trouble for watch in watches for trouble in watch.troubles] == []
