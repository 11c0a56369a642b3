"""What the pages need to be looked at, made in the running demo when it is first asked for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from booking.clock import utcnow
from tests.browser.demo import Demo, somebody

AMARA, DANIEL = "amara-okafor", "daniel-reyes"
APART = 7
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
        return self.site.cookies_of("daniel@alder.example")

    @cached_property
    def admin(self) -> list[str]:
        """The cookies of an admin, signed in, with no diary open yet."""
        return self.site.cookies_of("jonah@alder.example")

    @cached_property
    def new_colleague(self) -> list[str]:
        """The cookies of somebody who has been invited and has not set up anything."""
        return self.site.submit(self._link_of("ruth@alder.example"), {}).cookies

    @cached_property
    def sign_in_link(self) -> str:
        return self._link_of("priya@alder.example")

    def _link_of(self, email: str) -> str:
        began = utcnow()
        self.site.submit("/staff/sign-in/link", {"email": email})
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
