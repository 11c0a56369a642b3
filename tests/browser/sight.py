"""How a page looks and works for those who see, hear, or type their way through it."""

import gzip

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.visitor import Visitor

AXE = Axe().axe_script
# `evaluate` knows no patience of its own.
RUN = """
async (rules) => {
  const only = rules.length ? {runOnly: rules} : {};
  const late = new Promise((_, give) =>
    setTimeout(() => give(new Error("axe did not come to an end in a minute")), 60_000));
  const found = await Promise.race([axe.run({resultTypes: ["violations"], ...only}), late]);
  return found.violations.map((each) =>
    `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
"""
# All that another colour scheme can change: the page itself stays the same.
OF_COLOURS = ("color-contrast", "link-in-text-block")
OVERFLOW = """(() => {
  const page = document.documentElement;  // none for a moment while a page takes another's place
  return page && document.body && {by: page.scrollWidth - page.clientWidth};
})()"""
# Colours on their way. What never ends or never starts is not waited for; a page that makes no
# frames any more would let nothing finish, and `evaluate` itself waits for ever.
SETTLED = """
() => document.getAnimations().every((each) =>
  each.playState !== "running" || each.effect.getComputedTiming().endTime === Infinity)
"""
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"

# There is none for a moment while a page takes another's place.
STANDS = "() => document.body !== null && document.readyState !== 'loading'"

# What Tab stops at: of a group of radios one, and nothing that is not there to see.
STOPS = """
() => {
  const one = new Set();
  window.stops = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]")]
    .filter((each) => each.tabIndex >= 0 && !each.disabled)
    .filter((each) => each.getClientRects().length
      && each.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
    .filter((each) => {
      if (each.type !== "radio") return true;
      const group = each.form.querySelectorAll(`input[name="${each.name}"]`);
      const chosen = [...group].find((radio) => radio.checked) ?? group[0];
      return each === chosen;
    });
  document.body.tabIndex = -1;
  document.body.focus();
  return window.stops.map((each) => each.outerHTML.slice(0, 90));
}
"""
HERE = "() => window.stops.indexOf(document.activeElement)"
# A field for a time of day has three stops of its own: hours, minutes, AM or PM.
MOST_PRESSES_EACH = 4
MOVED, FAILED = 300, 400
SOON_MS = 20


def axe_violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """Return each rule of axe that the page breaks, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.wait_for_function(SETTLED, polling=SOON_MS)
    found: list[str] = page.evaluate(RUN, OF_COLOURS if colours_only else ())
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.wait_for_function(OVERFLOW).json_value()["by"])


def with_large_text(page: Page) -> None:
    """Double the size of all text, as a browser's setting does."""
    page.evaluate(LARGE_TEXT)


def stops(page: Page) -> tuple[list[str], list[str]]:
    """Return what Tab should stop at, in order, and what it stopped at."""
    page.wait_for_function(STANDS, polling=SOON_MS)
    wanted: list[str] = page.evaluate(STOPS)
    reached: list[int] = []
    for _ in range(MOST_PRESSES_EACH * len(wanted) + 1):
        page.keyboard.press("Tab")
        now = int(page.evaluate(HERE))
        if reached and now == -1:
            break
        if not reached or now != reached[-1]:
            reached.append(now)
        if len(reached) == len(wanted):
            break
    return wanted, [wanted[number] if number >= 0 else "elsewhere" for number in reached]


def first_visit(visitor: Visitor) -> tuple[int, int]:
    """Return how many requests the page took, and their bytes, each answer compressed.

    What the service worker keeps for later, once the page stands, is not among them.
    """
    requests = [r for r in visitor.watch.requests if r.service_worker is None]
    answers = [request.response() for request in requests]
    bodies = [a.body() for a in answers if a is not None and not MOVED <= a.status < FAILED]
    return len(requests), sum(len(gzip.compress(body)) for body in bodies)
