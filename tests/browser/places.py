"""Where every page of the site is, with something worth looking at on it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from booking.clock import utcnow
from tests.browser import life, staff_hours, standing
from tests.browser.demo import Demo, somebody
from tests.browser.opened import opened_hours, opened_weeks
from tests.browser.visitor import Visitor

AMARA, DANIEL = "amara-okafor", "daniel-reyes"
APART = 7
BOTH = {"state": "AZ", "need": "anxiety"}
ABOUT = {"name": "Maya", "state": "AZ", "time_zone": "America/Phoenix"}


@dataclass
class Places:
    """Makes what the pages need, once each, when it is first asked for."""

    site: Demo
    _used: int = 0

    def slot(self, therapist: str = AMARA, kind: str = "consultation") -> str:
        """Return an open time that nothing here has used yet, far from the one before.

        Too many on one day, and the day would be full.
        """
        self._used += 1
        times = self.site.openings(therapist, kind, "AZ")
        return times[self._used * APART % len(times)]

    @property
    def hour(self) -> str:
        return self.slot(kind="session")

    @cached_property
    def booked(self) -> dict[str, Any]:
        return self.site.book(self.slot())

    @cached_property
    def taken(self) -> str:
        """A time somebody has, on a day that is not full for all that."""
        times = self.site.openings(AMARA, "consultation", "AZ")
        days = Counter(time[:10] for time in times).most_common()
        slot = next(time for time in times if time.startswith(days[0][0]))
        return str(self.site.book(slot)["starts_at"])

    @cached_property
    def phoned(self) -> dict[str, Any]:
        client = {"phone": "+16025550188"}
        return self.site.book(self.slot(), modality="phone", client=client)

    @cached_property
    def requested(self) -> dict[str, Any]:
        slot = self.slot(DANIEL, "intake")
        return self.site.book(slot, therapist=DANIEL, session_type="intake")

    @cached_property
    def cancelled(self) -> dict[str, Any]:
        booked = self.site.book(self.slot())
        self.site.call(f"/api/v1/appointments/{booked['token']}/cancel", {})
        return booked

    @cached_property
    def soon(self) -> dict[str, Any]:
        """A session whose room is open."""
        booked = self.site.book(self.slot(kind="session"), session_type="session")
        self.site.begin_in(booked["token"], timedelta(minutes=5))
        return booked

    @cached_property
    def tomorrow(self) -> dict[str, Any]:
        """A session that can be cancelled late, and no longer moved."""
        booked = self.site.book(self.slot(kind="session"), session_type="session")
        self.site.begin_in(booked["token"], timedelta(hours=20))
        return booked

    @cached_property
    def mailed(self) -> str:
        email = somebody()
        self.site.book(self.slot(), client={"email": email})
        return self.site.link(email, "/b/")

    @cached_property
    def held(self) -> str:
        """Where to say who comes to a session whose time is held."""
        return self._hold({"modality": "video"})

    @cached_property
    def checked(self) -> str:
        return self.site.submit(self._hold({"modality": "phone"}), self._answers).location

    @cached_property
    def ran_out(self) -> str:
        place = self.site.submit(self._hold({"modality": "video"}), self._answers).location
        self.site.let_go(place.split("/")[-1])
        return place

    @cached_property
    def staff(self) -> list[str]:
        """The cookies of Daniel, signed in."""
        began, email = utcnow(), "daniel@alder.example"
        self.site.submit("/staff/sign-in", {"email": email})
        return self.site.submit(self.site.link(email, "/staff/sign-in/", since=began), {}).cookies

    @cached_property
    def sign_in_link(self) -> str:
        began, email = utcnow(), "priya@alder.example"
        self.site.submit("/staff/sign-in", {"email": email})
        return self.site.link(email, "/staff/sign-in/", since=began)

    @cached_property
    def mail_to(self) -> str:
        """Somebody who was sent a mail."""
        email = somebody()
        self.site.book(self.slot(), client={"email": email})
        self.site.link(email, "/b/")
        return email

    @property
    def mail(self) -> str:
        return f"/demo/mailbox/{self.site.mails(self.mail_to)[0].id}"

    def path(self, booked: Mapping[str, Any], address: str) -> str:
        return str(booked[address]).removeprefix(self.site.url)

    def staff_path(self, booked: Mapping[str, Any]) -> str:
        return f"/staff/appointments/{self.site.appointment(booked['token']).hold_id}"

    @property
    def _answers(self) -> dict[str, str]:
        return {**ABOUT, "email": somebody(), "phone": "602-555-0166"}

    def _hold(self, more: Mapping[str, str]) -> str:
        fields = {"type": "session", "slot": self.slot(kind="session"), "state": "AZ", **more}
        return self.site.submit(f"/book/{AMARA}", fields).location


@dataclass(frozen=True)
class Page:
    """`acts` are done there before looking; `status` what the site then answers."""

    endpoint: str
    path: Callable[[Places], str]
    acts: tuple[Callable[[Visitor], None], ...] = ()
    status: int = 200
    staff: bool = False

    @property
    def is_for_clients(self) -> bool:
        return self.endpoint.split(".")[0] not in {"staff", "demo", "api"}

    def open(self, visitor: Visitor, places: Places) -> Visitor:
        """Bring the visitor to the page."""
        visitor.watch.expected.add(self.status)
        if self.staff:
            visitor.bring_cookies(places.staff)
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
    "sign in, asked": Page(
        "staff.sign_in",
        _at("/staff/sign-in"),
        acts=(
            lambda v: v.fill("Work email", "nobody@alder.example"),
            lambda v: v.press("Mail me a link"),
        ),
    ),
    "sign in, link": Page("staff.open_link", lambda p: p.sign_in_link),
    "sign in, gone": Page("staff.open_link", _at("/staff/sign-in/gone"), status=404),
    "agenda": Page("staff.agenda", _at("/staff"), staff=True),
    "requests": Page(
        "staff.requests", lambda p: "/staff/requests" if p.requested else "", staff=True
    ),
    "appointment": Page("staff.appointment", lambda p: p.staff_path(p.requested), staff=True),
    "hours": Page("staff.hours", _at("/staff/hours"), staff=True),
    "time off": Page("staff.time_off", _at("/staff/time-off"), staff=True),
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
