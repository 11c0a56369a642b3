"""Places in the line at the demo: one to be proved, one that waits, and times that are held."""

from collections.abc import Callable
from datetime import timedelta

from booking.adapters.links import Purpose, random_id
from booking.clock import utcnow
from booking.domain.lifecycle import Kind, Modality
from booking.models import Waiting, WaitingOffer, db
from booking.services.waiting.answering import decline_offer
from booking.services.waiting.joining import NewWaiting, join_line, keep_waiting
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.browser.demo import Demo, somebody

WREN, DANIEL = "wren-begay", "daniel-reyes"
# Later than anything else that tests book.
FAR_OFF = timedelta(days=40)
ENOUGH_SWEEPS = 30


def joined(*, every_weeks: int = 0, proved: bool = True, whom: str = WREN) -> int:
    """Let somebody new wait for any hour of that therapist's; return their id in the line."""
    guest = factories.guest(
        name="Maya", email=somebody(), state="AZ", time_zone="America/Phoenix", phone=None
    )
    new = NewWaiting(
        link_id=random_id(),
        therapists=(whom,),
        kind=Kind.INDIVIDUAL,
        modality=Modality.VIDEO,
        every_weeks=every_weeks,
        windows=(),
        from_day=(utcnow() + FAR_OFF).date(),
        until_day=None,
        guest=guest,
    )
    waiting_id = join_line(new, now=utcnow())
    if proved:
        keep_waiting(waiting_id, proves=True, now=utcnow())
    return waiting_id


def place(site: Demo, *, mailed: bool) -> str:
    """Return somebody's page: by the mailed link of who is to prove it, or of who waits."""
    with site.app.app_context():
        waiting = db.session.get_one(Waiting, joined(proved=not mailed))
        purpose = Purpose.WAITING_MAILED if mailed else Purpose.WAITING
        token = site.parts.links.token(purpose, waiting.link_id)
        db.session.remove()
    return f"/w/{token}"


def held(site: Demo, *, every_weeks: int, answered: bool = False) -> str:
    """Return where somebody answers what is held for them, by our sweep or by the demo's own."""
    with site.app.app_context():
        waiting_id = joined(every_weeks=every_weeks)
        offer = _offer_to(waiting_id)
        if answered:
            decline_offer(offer.id, now=utcnow())
        token = site.parts.links.token(Purpose.WAITING_OFFER, offer.link_id)
        db.session.remove()
    return f"/offer/{token}"


def waited_for(site: Demo) -> str:
    """Return the list of Daniel, whose time is held for somebody."""
    with site.app.app_context():
        _offer_to(joined(whom=DANIEL))
        db.session.remove()
    return "/staff/waiting"


def _offer_to(waiting_id: int) -> WaitingOffer:
    for _ in range(ENOUGH_SWEEPS):
        pass_on(now=utcnow())
        db.session.rollback()
        offer = db.session.get_one(Waiting, waiting_id).open_offer
        if offer is not None:
            return offer
    raise AssertionError("nothing was offered")


# By name: the endpoint, and where it is.
PAGES: dict[str, tuple[str, Callable[[Demo], str]]] = {
    "wait": ("waiting.ask", lambda _: f"/wait/{WREN}?type=session&state=AZ&every=1"),
    "place in the line": ("waiting.place", lambda site: place(site, mailed=False)),
    "place in the line, to prove": ("waiting.place", lambda site: place(site, mailed=True)),
    "a time held": ("waiting.offer", lambda site: held(site, every_weeks=0)),
    "an hour held": ("waiting.offer", lambda site: held(site, every_weeks=1)),
    "a time answered": ("waiting.offer", lambda site: held(site, every_weeks=0, answered=True)),
    "who waits": ("staff.waiting_list", waited_for),
}
