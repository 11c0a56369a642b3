"""Hours that Daniel, of the demo, opened to somebody, for a session no newcomer may book."""

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.lifecycle import Kind
from booking.models import StandingOffer, Therapist, db
from booking.services.series.offering import NewOffer, offer_times
from tests import factories
from tests.browser.demo import Demo

DANIEL = "daniel-reyes"
CLOSED = "ongoing"
_closed: set[str] = set()


def opened_hours(site: Demo) -> str:
    """Return where somebody new to this demo reads that Daniel's hours are open to them."""
    call = site.book(site.openings(DANIEL, "consultation", "AZ")[-3], therapist=DANIEL)
    found = site.appointment(call["token"])
    with site.app.app_context():
        if site.url not in _closed:
            _closed.add(site.url)
            theirs = db.session.get_one(Therapist, found.therapist_id)
            length = {"kind": Kind.INDIVIDUAL, "minutes": 50, "step": 60, "price_cents": 14000}
            only_offered = {"allows_series": True, "open_to_new": False}
            factories.session_type(theirs, slug=CLOSED, **length | only_offered)
        new = NewOffer(appointment_id=found.id, session_type=CLOSED)
        offer_id = offer_times(found.therapist_id, new, now=utcnow())
        offer = db.session.get_one(StandingOffer, offer_id)
        token = site.parts.links.token(Purpose.OFFER, offer.link_id, offer.link_version)
        db.session.remove()
    return f"/o/{token}"


def opened_weeks(site: Demo) -> str:
    """Return where such a person chooses a time."""
    return f"/book/{DANIEL}?offer={opened_hours(site).removeprefix('/o/')}"
