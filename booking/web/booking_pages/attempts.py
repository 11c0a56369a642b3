"""One person's way through the booking pages, known by one token from end to end."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import redirect, url_for
from werkzeug import Response

from booking.adapters.links import Purpose, id_in, random_id
from booking.clock import utcnow
from booking.domain.lifecycle import Status
from booking.domain.zones import zone
from booking.errors import NotFound
from booking.models import Appointment, Participant, SeriesMember, StandingOffer
from booking.queries.coming import Seat
from booking.queries.holds import held_as, joined_from, series_booked_from
from booking.services.booking import KEY_LIVES
from booking.services.holds import HOLD_LASTS_AT_MOST, Choice
from booking.web.booking_pages.offered import offer_by
from booking.web.booking_pages.typed import OFFER, Draft
from booking.web.wiring import parts, reading
from booking.web.zones import SeenZone, visitor_zone

SEE_OTHER = 303
# Under which idempotency keys the pages book series, and all else.
SERIES_ROUTE, SINGLE_ROUTE = "web-series", "web"


@dataclass(frozen=True)
class Attempt:
    """`held` is None until a time is held under the id of the token.

    `member` is who booked a series in place of what was held, and `joined` who took a seat in
    a group. `known` is what we know of who came by the link of an offer.
    """

    hold_id: str
    held: Appointment | None
    member: SeriesMember | None = None
    joined: Participant | None = None
    known: Draft = field(default_factory=dict)

    @property
    def token(self) -> str:
        return parts().links.token(Purpose.HOLD, self.hold_id)

    @cached_property
    def draft(self) -> Draft:
        """Return what was typed so far, as it was typed, or what is known before that."""
        if self.held is None:
            return self.known
        kept = parts().sealer.open_document(self.held.draft)
        return {name: str(value) for name, value in kept.items()} or self.known

    @cached_property
    def offer(self) -> StandingOffer | None:
        """Return the offer by which the time is chosen, if there was one."""
        token = self.draft.get(OFFER)
        return offer_by(token) if token else None

    @property
    def offer_id(self) -> int | None:
        return self.offer.id if self.offer is not None else None

    @property
    def is_booked(self) -> bool:
        if self.member is not None or self.joined is not None:
            return True
        return self.held is not None and self.held.booked_at is not None

    def runs(self, now: datetime) -> bool:
        """Return whether the time is held right now."""
        held = self.held
        if held is None or held.status is not Status.HELD or held.expires_at is None:
            return False
        return now < held.expires_at

    def can_last_longer(self) -> bool:
        """Return whether holding on would change anything."""
        held = self.held
        if held is None or held.expires_at is None:
            return False
        return held.expires_at < held.created_at + HOLD_LASTS_AT_MOST


def attempt_of(token: str, slug: str) -> Attempt:
    """Return the attempt the token stands for; raise `NotFound` if we never made it.

    A day after the booking it is over: by then only the links that can be ended lead there.
    """
    hold_id = id_in(token)
    if hold_id is None or not parts().links.holds(token, Purpose.HOLD):
        raise NotFound("hold")
    held = held_as(reading(), hold_id)
    if held is not None and held.therapist.slug != slug:
        raise NotFound("hold")
    if held is not None and held.booked_at is not None and utcnow() - held.booked_at > KEY_LIVES:
        raise NotFound("hold")
    if held is None or held.status is not Status.EXPIRED:
        return Attempt(hold_id, held)
    joined = _in_time(joined_from(reading(), SINGLE_ROUTE, hold_id))
    member = _in_time(series_booked_from(reading(), SERIES_ROUTE, hold_id))
    return Attempt(hold_id, held, member, joined)


def _in_time(found: tuple[Seat, datetime] | None) -> Seat | None:
    """Return who came of a hold; raise `NotFound` once the attempt is over."""
    if found is None:
        return None
    seat, booked_at = found
    if utcnow() - booked_at > KEY_LIVES:
        raise NotFound("hold")
    return seat


def new_attempt() -> Attempt:
    return Attempt(random_id(), None)


def held_in(attempt: Attempt) -> Appointment:
    """Return what is held; raise `NotFound` if nothing ever was."""
    if attempt.held is None:
        raise NotFound("hold")
    return attempt.held


def choice_of(attempt: Attempt, held: Appointment) -> Choice:
    """Return the time that is held as the choice it was."""
    return Choice(
        held.therapist.slug,
        held.session_type.slug,
        held.starts_at,
        held.modality,
        attempt.draft.get("state"),
        offer_id=attempt.offer_id,
    )


def zone_of(draft: Draft, state: str | None) -> SeenZone:
    """Return the zone the person said is theirs, else the one their visit suggests."""
    try:
        return SeenZone(zone(draft.get("time_zone", "")), known=True)
    except ValueError:
        return visitor_zone(state)


def zone_in(draft: Draft) -> ZoneInfo:
    return zone_of(draft, draft.get("state")).zone


def to_what_is_booked(attempt: Attempt) -> Response:
    """Lead on to the page of what the attempt became: an appointment, or a series."""
    if attempt.member is not None:
        return to_series_page(attempt.member)
    participant = attempt.joined or held_in(attempt).participants[0]
    token = parts().links.token(Purpose.MANAGE, participant.link_id, participant.link_version)
    return redirect(url_for("manage.show", token=token), code=SEE_OTHER)


def to_series_page(member: SeriesMember, more: str = "") -> Response:
    """Lead on to a member's page of the series they have just booked, or one below it."""
    token = parts().links.token(Purpose.SERIES, member.link_id, member.link_version)
    return redirect(f"/s/{token}{more}", code=SEE_OTHER)
