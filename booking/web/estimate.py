"""The page of an estimate of cost, `/e/<token>`: to read and to print. Looking changes nothing."""

from flask import Blueprint, render_template

from booking.adapters.links import Purpose, id_in
from booking.clock import utcnow
from booking.errors import NotFound
from booking.models import CostEstimate
from booking.queries.estimates import estimate_by_link, whose_newest
from booking.queries.guardians import is_told
from booking.services.messages.urls import estimate_path
from booking.web.access import anyone
from booking.web.views.estimate import estimate_page
from booking.web.wiring import parts, reading

bp = Blueprint("estimate", __name__)
bp.before_request(anyone)


@bp.get("/e/<token>")
def show(token: str) -> str:
    """Show the estimate as it was made, and whether a newer one has taken its place."""
    found = _estimate(token)
    newer = whose_newest(reading(), found) if found.replaced_at else None
    return render_template(
        "pages/estimate.html",
        page=estimate_page(found),
        newer_href=estimate_path(newer, parts().links) if newer else None,
    )


def _estimate(token: str) -> CostEstimate:
    link_id = id_in(token)
    found = estimate_by_link(reading(), link_id) if link_id else None
    if found is None or not parts().links.holds(token, Purpose.ESTIMATE, found.link_version):
        raise NotFound("booking")
    whose = found.member or found.participant
    if whose is None or not is_told(reading(), whose, now=utcnow()):
        raise NotFound("booking")
    return found
