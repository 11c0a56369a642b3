"""Who came to the page of a standing hour by which link, and to which dates they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import redirect, url_for
from werkzeug import Response

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Kind
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.standing import SeriesStatus
from booking.errors import NotFound, RuleBroken
from booking.models import Participant, Series, SeriesMember
from booking.queries.coming import may_arrange
from booking.queries.groups import is_group
from booking.queries.series import seats_of
from booking.services.audit import Actor
from booking.services.identity import prove_member
from booking.services.messages.series_readers import readers_zone
from booking.services.series.planning import all_since
from booking.web.tokens import MANAGING_SERIES, member_for
from booking.web.wiring import parts, reading

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Visit:
    """A member at the page of their standing hour; `mailed` says the link came by mail.

    `seats` are their part in every date there ever was, soonest first.
    """

    member: SeriesMember
    token: str
    mailed: bool
    seats: Sequence[Participant]

    @property
    def series(self) -> Series:
        return self.member.series

    @property
    def mine(self) -> ZoneInfo:
        """Return the clock the member is told by."""
        return readers_zone(self.series.part, self.member)

    @property
    def actor(self) -> Actor:
        return Actor("member", self.member.id)

    @property
    def may_leave(self) -> bool:
        """Return whether the rest would go on without this member, who comes for themselves."""
        if is_group(self.series):
            mine = self.member.status is not ParticipantStatus.LEFT
            return mine and self.series.status.is_live
        here = [
            member.id
            for member in self.series.members
            if member.status is ParticipantStatus.ATTENDING and member.role is Role.CLIENT
        ]
        return self.series.status.is_live and self.member.id in here and len(here) > 1

    @property
    def may_arrange(self) -> bool:
        """Return whether this member may change it for everybody: not a group, not who pays."""
        of_many = self.series.part.session_type.kind is Kind.GROUP
        return may_arrange(self.member) and not of_many and self.series.status.is_live

    def ahead(self, now: datetime) -> list[Participant]:
        """Return the dates on which they still expect to meet, soonest first."""
        return [
            seat
            for seat in self.seats
            if seat.appointment.status.is_live and seat.appointment.starts_at > now
        ]

    def address(self, endpoint: str, **more: str) -> str:
        return url_for(endpoint, token=self.token, **more)  # type: ignore[arg-type]

    def date_href(self, seat: Participant) -> str:
        """Return the page of one date: by a link that proves as much as this one does."""
        return f"/b/{self._token(seat, Purpose.MAILED if self.mailed else Purpose.MANAGE)}"

    def join_href(self, seat: Participant) -> str:
        return f"/join/{self._token(seat, Purpose.JOIN)}"

    def back(self, *, done: str | None = None) -> Response:
        """Lead back to the page of the standing hour, which says what was `done`."""
        more = {"done": done} if done else {}
        return redirect(self.address("series.show", **more), code=SEE_OTHER)

    def _token(self, seat: Participant, purpose: Purpose) -> str:
        return parts().links.token(purpose, seat.link_id, seat.link_version)


def visit(token: str) -> Visit:
    """Return the visit by this link; raise `NotFound`. Changes nothing.

    What is only offered has a page of its own.
    """
    member, purpose = member_for(token, *MANAGING_SERIES)
    if member.series.status is SeriesStatus.OFFERED:
        raise NotFound("booking")
    seats = [
        seat for seat in seats_of(reading(), member) if seat.status is ParticipantStatus.ATTENDING
    ]
    return Visit(member, token, purpose is Purpose.SERIES_MAILED, seats)


def acting(token: str, *, now: datetime) -> Visit:
    """Return the visit of somebody who acts: by a mailed link, that proves their address."""
    found = visit(token)
    if found.mailed and found.member.person.verified_at is None:
        prove_member(found.member.id, now=now)
        return visit(token)
    return found


def earliest_change(found: Visit, now: datetime) -> date | None:
    """Return from which date of the rule on they may change all of it; None if too late."""
    try:
        return all_since(reading(), found.series, now=now)
    except RuleBroken:
        return None


def day_of(seat: Participant) -> date:
    """Return the date of the rule that a date stands for, wherever it was moved."""
    return seat.appointment.occurrence or seat.appointment.wall_starts.date()
