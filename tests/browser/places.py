"""Where every page of the site is, with something worth looking at on it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.browser import calendars, groups, life, line, parties, staff_hours, standing
from tests.browser.demo import Demo
from tests.browser.made import AMARA, Places
from tests.browser.opened import opened_hours, opened_weeks
from tests.browser.visitor import Visitor

BOTH = {"state": "AZ", "need": "anxiety"}


@dataclass(frozen=True)
class Page:
    """`acts` are done there before looking; `status` what the site then answers."""

    endpoint: str
    path: Callable[[Places], str]
    acts: tuple[Callable[[Visitor], None], ...] = ()
    status: int = 200
    staff: bool = False
    who: str = "staff"

    @property
    def is_for_clients(self) -> bool:
        return self.endpoint.split(".")[0] not in {"staff", "demo", "api"}

    def open(self, visitor: Visitor, places: Places) -> Visitor:
        """Bring the visitor to the page."""
        visitor.watch.expected.add(self.status)
        if self.staff:
            visitor.bring_cookies(getattr(places, self.who))
        visitor.go(self.path(places))
        for act in self.acts:
            act(visitor)
        return visitor


def _at(path: str, **query: str) -> Callable[[Places], str]:
    return lambda _: f"{path}?{urlencode(query)}" if query else path


def _picker(kind: str, slot: str = "", **more: str) -> Callable[[Places], str]:
    def path(places: Places) -> str:
        query = {"type": kind, "state": "AZ", **more}
        if slot:
            query["slot"] = slot if slot != "open" else places.slot(kind=kind)
        return f"/book/{AMARA}?{urlencode(query)}"

    return path


def _about_a_call(places: Places) -> str:
    # The address of a time leads on to an address of the visitor's own.
    return places.site.submit(_picker("consultation", "open")(places)).location


def _taken(places: Places) -> str:
    query = {"type": "consultation", "state": "AZ", "slot": places.taken}
    return f"/book/{AMARA}?{urlencode(query)}"


def _go_on(visitor: Visitor) -> None:
    visitor.press("Go on")


PAGES: dict[str, Page] = {
    "find": Page("find.find", _at("/find")),
    "find, answered": Page("find.find", _at("/find", **BOTH)),
    "find, nobody": Page("find.find", _at("/find", state="WY")),
    "profile": Page("find.therapist", _at(f"/t/{AMARA}", **BOTH)),
    "profile, closed": Page("find.therapist", _at("/t/tom-olsen")),
    "where": Page("book.choose", _at(f"/book/{AMARA}", type="session")),
    "four weeks": Page("book.choose", _picker("session")),
    "four weeks, far away": Page("book.choose", _picker("session", state="CA")),
    "taken": Page("book.choose", _taken, status=409),
    "about, call": Page("book.about", _about_a_call),
    "about, held": Page("book.about", lambda p: p.held),
    "about, errors": Page(
        "book.about", lambda p: p.held, acts=(lambda v: v.press("Continue"),), status=422
    ),
    "check": Page("book.check", lambda p: p.checked),
    "every date": Page("book.choose", lambda p: standing.every_date(p.site, p.hour)),
    "every date, errors": Page(
        "book.choose", lambda p: standing.every_date(p.site, p.hour, until="2020-01-01"), status=422
    ),
    "check, standing hour": Page("book.check", lambda p: standing.checked(p.site, p.hour)),
    "opened hours": Page("offers.show", lambda p: opened_hours(p.site)),
    "four weeks, opened": Page("book.choose", lambda p: opened_weeks(p.site)),
    "ran out": Page("book.check", lambda p: p.ran_out),
    "booked": Page("manage.show", lambda p: p.path(p.booked, "manage_url")),
    "booked, phone": Page("manage.show", lambda p: p.path(p.phoned, "manage_url")),
    "booked, by mail": Page("manage.show", lambda p: p.mailed),
    "requested": Page("manage.show", lambda p: p.path(p.requested, "manage_url")),
    "cancelled": Page("manage.show", lambda p: p.path(p.cancelled, "manage_url")),
    "cancel": Page("manage.ask_cancel", lambda p: p.path(p.booked, "manage_url") + "/cancel"),
    "cancel, late": Page(
        "manage.ask_cancel", lambda p: p.path(p.tomorrow, "manage_url") + "/cancel"
    ),
    "move": Page("manage.choose_move", lambda p: p.path(p.booked, "manage_url") + "/move"),
    "move, too late": Page(
        "manage.choose_move", lambda p: p.path(p.tomorrow, "manage_url") + "/move"
    ),
    "join, early": Page("join.join", lambda p: p.path(p.booked, "join_url")),
    "join, open": Page("join.join", lambda p: p.path(p.soon, "join_url")),
    "join, phone": Page("join.join", lambda p: p.path(p.phoned, "join_url")),
    "join, cancelled": Page("join.join", lambda p: p.path(p.cancelled, "join_url")),
    "room": Page(
        "join.join", lambda p: p.path(p.soon, "join_url"), acts=(lambda v: v.press("Join now"),)
    ),
    "demo room": Page(
        "demo.room",
        lambda p: p.path(p.soon, "join_url"),
        acts=(lambda v: v.press("Join now"), lambda v: v.follow("Go to the video room")),
    ),
    "estimate": Page("estimate.show", lambda p: life.estimate_of(p.site)),
    "lost link": Page("pages.lost_link", _at("/lost-link")),
    "lost link, error": Page(
        "pages.lost_link",
        _at("/lost-link"),
        acts=(lambda v: v.act(v.page.locator("main form button")),),
        status=422,
    ),
    "urgent": Page("pages.urgent", _at("/urgent")),
    "safety": Page("pages.safety", _at("/safety")),
    "privacy": Page("pages.privacy", _at("/privacy")),
    "accessibility": Page("pages.accessibility", _at("/accessibility")),
    "how it works": Page("pages.how_it_works", _at("/how-it-works")),
    "a problem": Page("pages.problem_type", _at("/problems/slot_taken")),
    "nothing there": Page("find.find", _at("/nothing/there"), status=404),
    "api": Page("api.docs", _at("/api/docs")),
    "mailbox": Page("demo.mailbox", lambda p: f"/demo/mailbox?to={p.mail_to}"),
    "mail": Page("demo.item", lambda p: p.mail),
    "sign in": Page("staff.sign_in", _at("/staff/sign-in")),
    "sign in, refused": Page(
        "staff.sign_in",
        _at("/staff/sign-in"),
        acts=(lambda v: v.act(v.page.locator("main form button").first),),
        status=422,
    ),
    "sign in, by mail": Page("staff.ask_link", _at("/staff/sign-in/link")),
    "sign in, asked": Page(
        "staff.ask_link",
        _at("/staff/sign-in/link"),
        acts=(
            lambda v: v.fill("Work email", "nobody@alder.example"),
            lambda v: v.press("Mail me a link"),
        ),
    ),
    "demo, sign in": Page("demo.sign_in_as", _at("/demo/sign-in")),
    "sign in, link": Page("staff.open_link", lambda p: p.sign_in_link),
    "sign in, gone": Page("staff.open_link", _at("/staff/sign-in/gone"), status=404),
    "agenda": Page("staff.agenda", _at("/staff"), staff=True),
    "requests": Page(
        "staff.requests", lambda p: "/staff/requests" if p.requested else "", staff=True
    ),
    "appointment": Page("staff.appointment", lambda p: p.staff_path(p.requested), staff=True),
    "hours": Page("staff.hours", _at("/staff/hours"), staff=True),
    "why": Page("staff.why", _at("/staff/why?day=2020-01-04&at=03:10&type=session"), staff=True),
    "calendars": Page("staff.calendars", lambda p: calendars.page(p.site), staff=True),
    "time off": Page("staff.time_off", _at("/staff/time-off"), staff=True),
    "your sign-in": Page("staff.account", _at("/staff/account"), staff=True),
    "new password": Page("staff.new_password", _at("/staff/account/password"), staff=True),
    "is it you": Page("staff.prove", _at("/staff/prove"), staff=True),
    "is it you, no": Page(
        "staff.prove", _at("/staff/prove"), acts=(_go_on,), status=422, staff=True
    ),
    "set up": Page("staff.set_up", _at("/staff/set-up"), staff=True, who="new_colleague"),
    "set up, errors": Page(
        "staff.set_up",
        _at("/staff/set-up"),
        acts=(lambda v: v.press("Save"),),
        status=422,
        staff=True,
        who="new_colleague",
    ),
    "working for": Page("staff.working_for", _at("/staff/working-for"), staff=True, who="admin"),
    "people here": Page("staff.people_here", _at("/staff/people-here"), staff=True, who="admin"),
    "people here, errors": Page(
        "staff.people_here",
        _at("/staff/people-here"),
        acts=(lambda v: v.press("Invite by mail"),),
        status=422,
        staff=True,
        who="admin",
    ),
    "person here": Page("staff.person", _at("/staff/people-here/1"), staff=True, who="admin"),
    "not yours": Page("staff.people_here", _at("/staff/people-here"), status=403, staff=True),
}


def _shared_hour(more: str) -> Callable[[Places], str]:
    return lambda p: life.page_of(p.site, more)


PAGES |= {
    f"standing hour, {name}": Page(f"series.{name}", _shared_hour(more))
    for name, more in life.PAGES.items()
}


def _of_daniel(endpoint: str) -> Callable[[Places], str]:
    return lambda p: staff_hours.page_of(p.site, endpoint)


PAGES |= {
    endpoint: Page(endpoint, _of_daniel(endpoint), staff=endpoint.startswith("staff."))
    for endpoint in staff_hours.PAGES
}


def _at_site(path: Callable[[Demo], str]) -> Callable[[Places], str]:
    return lambda p: path(p.site)


PAGES |= {
    name: Page(endpoint, _at_site(path), staff=endpoint.startswith("staff."))
    for name, (endpoint, path) in (line.PAGES | parties.PAGES | groups.PAGES).items()
}
PAGES["about, couple, errors"] = Page(
    "book.about",
    _at_site(parties.PAGES["about, couple"][1]),
    acts=(lambda v: v.press("Continue"),),
    status=422,
)
