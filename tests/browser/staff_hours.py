"""Standing hours of the demo's Daniel, who is signed in: one that pauses, one that is offered."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.lifecycle import Modality
from booking.models import Appointment, Series, SeriesMember, StandingOffer, Therapist, db
from booking.services.audit import therapist
from booking.services.availability import add_time_off
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.asking import Pattern
from booking.services.series.booking import SeriesWish, book_series
from booking.services.series.offering import NewOffer, OfferedTime, offer_times
from booking.services.series.pausing import Pause, pause
from tests import factories
from tests.browser.demo import Demo, somebody

DANIEL = "daniel-reyes"
A_WEEK = timedelta(days=7)
# One of each page, by its endpoint.
PAGES = {
    "staff.series_list": "/staff/series",
    "staff.agreement": "/staff/agreement",
    "staff.series_page": "{series}",
    "staff.change_form": "{series}/change",
    "staff.change_look": "{series}/change/look?every=2&days=2&at=13:00&place=video",
    "staff.ask_act": "{series}/pause?first={later}&last={later}",
    "staff.ask_resume": "{series}/resume?on={paused}",
    "staff.offer": "{call}/offer?how=times&type=session&day-1={far}&at-1=11:00",
    "offers.show": "{offer}",
    "staff.touched": "/staff/time-off/{off}/sessions",
    "staff.clashes": "{clashes}",
}
_made: dict[str, dict[str, str]] = {}


def page_of(site: Demo, endpoint: str) -> str:
    """Return where a page is. What it shows is made when a page is first asked for."""
    if site.url not in _made:
        call = site.book(site.openings(DANIEL, "consultation", "AZ")[-5], therapist=DANIEL)
        appointment = site.appointment(call["token"])
        with site.app.app_context():
            _made[site.url] = {
                "call": f"/staff/appointments/{appointment.hold_id}",
                "far": (utcnow() + 5 * A_WEEK).date().isoformat(),
                **_series(site),
                **_offer(site, appointment.id),
                "off": _away(appointment),
                "clashes": "/staff/clashes",
            }
            _clash(site)
            db.session.remove()
    return PAGES[endpoint].format(**_made[site.url])


def _away(appointment: Appointment) -> str:
    """Let Daniel be away just then, as he would say so himself; return the id of the time off."""
    actor, now = therapist(appointment.therapist_id), utcnow()
    return str(add_time_off(appointment.therapist_id, appointment.session, actor=actor, now=now))


def _clash(site: Demo) -> None:
    """Let the law move one session of Daniel's to where another is."""
    slots = site.openings(DANIEL, "consultation", "AZ")
    mine, other = (
        site.appointment(site.book(slot, therapist=DANIEL)["token"]) for slot in slots[-12:-8:3]
    )
    site.change(Appointment, mine.id, tzdata="2019a", wall_starts=other.wall_starts)


def _slots(site: Demo) -> list[datetime]:
    return [datetime.fromisoformat(slot) for slot in site.openings(DANIEL, "session", "AZ")]


def _series(site: Demo) -> dict[str, str]:
    """Make six dates that are agreed to, the third of them in a pause."""
    client = factories.guest(name="Maya", email=somebody(), state="AZ", phone=None)
    wish = SeriesWish(
        therapist=DANIEL,
        session_type="session",
        starts_at=_slots(site)[-1],
        pattern=Pattern(count=6),
        modality=Modality.VIDEO,
        guest=client,
    )
    now = utcnow()
    made = book_series(wish, key=factories.key(), parts=site.parts, now=now)
    series = db.session.get_one(SeriesMember, made.member_id).series
    edition = agreement_of(db.session(), series.therapist_id)
    assert edition is not None
    accept_agreement(made.member_id, Signature("Maya", edition.id, {}), now=now)
    series = db.session.get_one(Series, made.series_id)
    days = list(series.part.hour.days())
    away = Pause(series.id, days[2], days[2])
    pause(away, accept_late=True, actor=therapist(series.therapist_id), now=now)
    series = db.session.get_one(Series, made.series_id)
    return {
        "series": f"/staff/series/{series.public_id}",
        "paused": days[2].isoformat(),
        "later": days[4].isoformat(),
    }


def _offer(site: Demo, appointment_id: int) -> dict[str, str]:
    times = [
        OfferedTime(starts_at=slot, pattern=Pattern(count=6), modality=Modality.VIDEO)
        for slot in _slots(site)[-1:]
    ]
    therapist_id = db.session.scalars(select(Therapist.id).filter_by(slug=DANIEL)).one()
    new = NewOffer(appointment_id=appointment_id, session_type="session", times=times)
    offer = db.session.get_one(StandingOffer, offer_times(therapist_id, new, now=utcnow()))
    token = site.parts.links.token(Purpose.OFFER, offer.link_id, offer.link_version)
    return {"offer": f"/o/{token}"}
