"""The links in messages: each for one person, one purpose, and one way of being sent."""

from booking.adapters.links import Links, Purpose
from booking.domain.lifecycle import Modality
from booking.models import CostEstimate, Participant, SeriesMember, SeriesPart, Waiting


def mailed_url(participant: Participant, links: Links) -> str:
    """Return the manage page by a link that only ever goes out by mail."""
    token = links.token(Purpose.MAILED, participant.link_id, participant.link_version)
    return links.url(f"/b/{token}")


def texted_url(participant: Participant, links: Links) -> str:
    """Return the manage page by a link that proves nothing about an address."""
    token = links.token(Purpose.MANAGE, participant.link_id, participant.link_version)
    return links.url(f"/b/{token}")


def join_url(participant: Participant, links: Links) -> str | None:
    """Return the join page; None for a session that is not held by video."""
    if participant.appointment.modality is not Modality.VIDEO:
        return None
    token = links.token(Purpose.JOIN, participant.link_id, participant.link_version)
    return links.url(f"/join/{token}")


def mailed_series_url(member: SeriesMember, links: Links) -> str:
    """Return the page of the series by a link that only ever goes out by mail."""
    token = links.token(Purpose.SERIES_MAILED, member.link_id, member.link_version)
    return links.url(f"/s/{token}")


def texted_series_url(member: SeriesMember, links: Links) -> str:
    """Return the page of the series by a link that proves nothing about an address."""
    token = links.token(Purpose.SERIES, member.link_id, member.link_version)
    return links.url(f"/s/{token}")


def series_join_url(member: SeriesMember, part: SeriesPart, links: Links) -> str | None:
    """Return the way into whichever date is next; None for what is not held by video."""
    if part.modality is not Modality.VIDEO:
        return None
    token = links.token(Purpose.SERIES_JOIN, member.link_id, member.link_version)
    return links.url(f"/join/{token}")


def estimate_path(estimate: CostEstimate, links: Links) -> str:
    """Return the path of the page of an estimate of cost."""
    return f"/e/{links.token(Purpose.ESTIMATE, estimate.link_id, estimate.link_version)}"


def estimate_url(estimate: CostEstimate, links: Links) -> str:
    return links.url(estimate_path(estimate, links))


def waiting_url(waiting: Waiting, links: Links) -> str:
    """Return the page of their place in the line, by a link that only ever goes out by mail."""
    token = links.token(Purpose.WAITING_MAILED, waiting.link_id, waiting.link_version)
    return links.url(f"/w/{token}")
