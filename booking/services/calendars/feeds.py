"""Calendars that programs read by a secret address: made, replaced, ended, and what they say.

A feed is a convenience: programs look when they please, some once a day. Whoever holds an
address learns what the feed says and nothing else, so it holds no link to anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.calendar.feed import render_feed
from booking.adapters.calendar.invitation import Invitation
from booking.adapters.calendar.series import SeriesInvitation
from booking.adapters.links import Links, Purpose, id_in, random_id
from booking.adapters.wording.facts import House
from booking.adapters.wording.languages import translations
from booking.adapters.wording.names import people
from booking.domain.feeds import FOR_THERAPISTS, Detail, today_at, window_at
from booking.domain.lifecycle import Kind, Modality
from booking.errors import NotFound
from booking.models import Appointment, CalendarFeed, Person, SeriesPart
from booking.queries.coming import who_come
from booking.queries.feeds import feed_by_link, feed_of_person, persons_dates, therapists_dates
from booking.services.audit import Actor, record
from booking.services.messages.invitations import Envelope, Said, invitation_of, place
from booking.services.messages.series_invitations import entry_of
from booking.services.unit_of_work import unit_of_work


def make_feed(therapist_id: int, detail: Detail, *, actor: Actor, now: datetime) -> None:
    """Give a therapist a feed that tells so much, under a new address; the one before is over."""
    if detail not in FOR_THERAPISTS:
        raise NotFound("feed")

    def work(session: Session) -> None:
        whose = {"therapist_id": therapist_id, "detail": detail}
        feed = session.scalars(select(CalendarFeed).filter_by(**whose)).one_or_none()
        _put(session, feed, CalendarFeed(**whose), now=now)
        about = ("therapist", therapist_id)
        record(session, "feed made", about, actor=actor, now=now, detail=detail.value)

    unit_of_work(work)


def end_feed(therapist_id: int, detail: Detail, *, actor: Actor, now: datetime) -> None:
    """Let the therapist's feed that tells so much be over; again changes nothing."""

    def work(session: Session) -> None:
        session.execute(
            delete(CalendarFeed).filter_by(therapist_id=therapist_id, detail=detail),
            execution_options={"synchronize_session": False},
        )
        about = ("therapist", therapist_id)
        record(session, "feed ended", about, actor=actor, now=now, detail=detail.value)

    unit_of_work(work)


def make_own_feed(person_id: int, *, actor: Actor, now: datetime) -> None:
    """Give somebody a feed of their own appointments under a new address.

    The one before is over. Raises `NotFound` for who has not proved their address: nobody
    knows yet whose appointments theirs are.
    """

    def work(session: Session) -> None:
        person = session.get(Person, person_id)
        if person is None or person.verified_at is None or person.joined_to_id is not None:
            raise NotFound("person")
        new = CalendarFeed(person_id=person_id, detail=Detail.OWN)
        _put(session, feed_of_person(session, person_id), new, now=now)
        record(session, "feed made", ("person", person_id), actor=actor, now=now)

    unit_of_work(work)


def end_own_feed(person_id: int, *, actor: Actor, now: datetime) -> None:
    """Let somebody's feed be over; again changes nothing."""

    def work(session: Session) -> None:
        feed = feed_of_person(session, person_id)
        if feed is not None:
            session.delete(feed)
            record(session, "feed ended", ("person", person_id), actor=actor, now=now)

    unit_of_work(work)


def _put(session: Session, old: CalendarFeed | None, new: CalendarFeed, *, now: datetime) -> None:
    feed = old or new
    feed.link_id, feed.made_at = random_id(), now
    session.add(feed)


def feed_path(feed: CalendarFeed, links: Links) -> str:
    """Return the path of a feed, which is its secret."""
    return f"/feeds/{links.token(Purpose.FEED, feed.link_id)}.ics"


def feed_file(
    session: Session, token: str, name: str, *, links: Links, language: str, now: datetime
) -> bytes:
    """Return what the feed says now, called `name`; the same all day while nothing changes.

    Raises `NotFound` for an address that was replaced or ended as for one that never was.
    """
    link_id = id_in(token)
    feed = feed_by_link(session, link_id) if link_id else None
    if feed is None or not links.holds(token, Purpose.FEED):
        raise NotFound("feed")
    window = window_at(now)
    if feed.therapist is not None:
        if not feed.therapist.active:
            raise NotFound("feed")
        dates = therapists_dates(session, feed.therapist.id, window)
    else:
        assert feed.person is not None  # noqa: S101  # a feed is of one or the other
        dates = persons_dates(session, feed.person, window, now=now)
    # Written as if made when the day began: else two readings would never be the same.
    writer = _Writer(feed.detail, language, today_at(now))
    return writer.file(name, dates)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes dates as a feed of one detail says them."""

    detail: Detail
    language: str
    written_at: datetime

    def file(self, name: str, dates: Sequence[Appointment]) -> bytes:
        parts: dict[SeriesPart, list[Appointment]] = {}
        single = []
        for date in dates:
            if date.series_part is None or date.occurrence is None:
                single.append(self._one(date))
            else:
                parts.setdefault(date.series_part, []).append(date)
        return render_feed(name, single, [self._part(*each) for each in parts.items()])

    def _one(self, date: Appointment) -> Invitation:
        names = [each.person.name for each in who_come(date.participants)]
        said = self._said(names, date.kind, date.modality)
        return invitation_of(date, _edition(date.therapist_sequence), said, self._nobody)

    def _part(self, part: SeriesPart, dates: Sequence[Appointment]) -> SeriesInvitation:
        names = [each.person.name for each in who_come(part.series.members)]
        said = self._said(names, part.session_type.kind, part.modality)
        in_order = sorted(dates, key=lambda date: str(date.occurrence))
        entry = entry_of(part, in_order, _edition(part.therapist_sequence), said, self._nobody)
        # Nothing leads from one part to the next: that would tell more than when.
        return replace(entry, related_to=None)

    @property
    def _nobody(self) -> Envelope:
        return Envelope(House(name="", phone=""), mailbox="", to="", written_at=self.written_at)

    def _said(self, names: Sequence[str], kind: Kind, modality: Modality) -> Said:
        _ = translations(self.language).gettext
        if self.detail is Detail.BUSY:
            return Said(_("Busy"), "", "", None)
        if self.detail is Detail.OWN:
            return Said(_("Appointment"), "", "", None)
        where = place(modality, self.language)
        if kind is Kind.GROUP or not names:
            return Said(_("Appointment"), "", where, None)
        shown = ", ".join(names) if self.detail is Detail.FULL else people(names, self.language)
        return Said(_("Appointment: %(client)s") % {"client": shown}, "", where, None)


def _edition(sequence: int) -> int:
    return max(sequence, 0)  # less than that is what no calendar was ever sent
