"""A person at a browser: counts what they do, and minds what the pages do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebError,
)

GOOD = 400
MOST_TABS = 300
# The browser itself says so of every answer that is no success; `Watch` looks at those.
FAILED_LOAD = "Failed to load resource: the server responded with a status of"
REPORT = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """Everything the pages of one context did that no page of ours may do.

    `expected` holds the statuses that the test means to see besides success.
    """

    url: str
    expected: set[int] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT)
        context.on("console", self._said)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        context.on("requestfailed", self._unanswered)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(FAILED_LOAD):
            self.troubles.append(f"console: {message.text}")

    def _failed(self, error: WebError) -> None:
        self.troubles.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith(f"{self.url}/"):
            self.troubles.append(f"elsewhere: {request.url}")

    def _unanswered(self, request: Request) -> None:
        # The browser gives up a load of its own accord when one moves on, or to save a file.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"no answer: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= GOOD and response.status not in self.expected:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")


@dataclass
class Visitor:
    """Acts on a page by what people see of it. `acts` counts fills, choices and presses."""

    page: Page
    watch: Watch
    acts: int = 0

    @property
    def loads(self) -> int:
        """Return how many pages came up: documents, redirects not counted."""
        return sum(self._is_page(request) for request in self.watch.requests)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.watch.url)

    def start_counting(self) -> None:
        """Forget what was done and loaded so far."""
        self.acts = 0
        self.watch.requests.clear()

    def bring_cookies(self, cookies: Sequence[str]) -> None:
        """Come with what a browser was given by `Set-Cookie`."""
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.page.context.add_cookies([{"name": name, "value": value, "url": self.watch.url}])

    def go(self, path: str) -> None:
        self.page.goto(f"{self.watch.url}{path}")

    def press(self, name: str, *, role: str = "button") -> None:
        """Press the one button, or what has another `role`, of that name."""
        self.act(self.page.get_by_role(role, name=_starting(name)))  # type: ignore[arg-type]

    def follow(self, name: str) -> None:
        self.press(name, role="link")

    def act(self, where: Locator) -> None:
        self.acts += 1
        where.click()
        # A click waits until the next page is on its way, not until it is all there.
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        """Fill in the first field of that label; what is asked of others comes after one's own."""
        self.acts += 1
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.acts += 1
        self.page.get_by_label(label).select_option(label=option)

    def tab_to(self, where: Locator) -> None:
        """Go to a control as those do who have no mouse."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if where.evaluate("(each) => each === document.activeElement"):
                return
        raise AssertionError(f"Tab never came to {where}")

    def type_at(self, where: Locator, keys: str) -> None:
        self.tab_to(where)
        self.page.keyboard.type(keys)

    def enter_at(self, where: Locator) -> None:
        """Press Enter there, and wait for the page it leads to."""
        self.tab_to(where)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def pick(self, where: Locator) -> None:
        """Choose a radio."""
        self.acts += 1
        where.check()

    def reads(self, words: str) -> bool:
        """Return whether the page says the words, however its lines break."""
        said = self.page.locator("body").inner_text()
        return words in re.sub(r"\s+", " ", said)

    def _is_page(self, request: Request) -> bool:
        if not request.is_navigation_request():
            return False
        response = request.response()
        return response is not None and not 300 <= response.status < 400


def _starting(name: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(name)}")
