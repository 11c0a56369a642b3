"""The calendar object that a mail about a series, or about one date of it, brings along.

After every mail the reader's calendar is to be as the database is. A whole part does that by
itself. One moved or cancelled date is sent alone, as Outlook wants it, but only into a calendar
that was sent the rule as it is, and never as the last one: without any date there is no series.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from booking.adapters.calendar import Method
from booking.adapters.calendar.series import (
    Occurrence,
    SeriesInvitation,
    render_occurrence,
    render_series,
)
from booking.adapters.links import Links
from booking.adapters.wording.facts import House
from booking.adapters.wording.languages import translations
from booking.adapters.wording.names import people
from booking.domain.lifecycle import Kind, Status
from booking.domain.messages import MessageKind
from booking.models import Appointment, Message, SeriesMember, SeriesPart
from booking.queries.coming import who_come
from booking.services.messages.invitations import METHODS, Enclosure, Envelope, Said, place
from booking.services.messages.series_readers import (
    BEFORE_THE_FIRST,
    SeriesReader,
    ruled_start,
)
from booking.services.messages.urls import series_join_url

_BRINGING = frozenset(
    {
        MessageKind.SERIES_BOOKED,
        MessageKind.SERIES_CHANGED,
        MessageKind.SERIES_ENDED,
        MessageKind.SERIES_CALENDAR,
        MessageKind.THERAPIST_SERIES_BOOKED,
        MessageKind.THERAPIST_SERIES_CHANGED,
        MessageKind.THERAPIST_SERIES_ENDED,
        MessageKind.THERAPIST_SERIES_CALENDAR,
    }
)
# They begin a date anew: one that calendars may not have any more.
_ANEW = frozenset({MessageKind.CONFIRMATION, MessageKind.THERAPIST_BOOKED})


@dataclass(frozen=True, slots=True)
class SeriesMail:
    """A mail that is being written: to whom, between whom it goes, and in which words."""

    message: Message
    reader: SeriesReader
    envelope: Envelope
    links: Links
    language: str


def series_enclosure(mail: SeriesMail) -> Enclosure | None:
    """Return the whole part that a mail about a series brings, taking the next SEQUENCE.

    None for kinds that bring none, and if nothing is left of what was never sent.
    """
    part = mail.reader.part_of(mail.message)
    if mail.message.kind not in _BRINGING or not has_news(mail.reader, part):
        return None
    if mail.reader.member is None and _is_about_one_of_a_group(mail.message, part):
        return None  # the therapist's calendar names nobody, so nothing in it changes
    return _whole(mail, part)


def date_enclosure(mail: SeriesMail, date: Appointment) -> Enclosure | None:
    """Return what a mail about one date of a series brings, taking the next SEQUENCE."""
    method, part = METHODS.get(mail.message.kind), date.series_part
    if method is None or part is None or not _applies(mail, part, date, method):
        return None
    dates = mail.reader.in_calendar(part)
    begins_anew = mail.message.kind in _ANEW or date.occurrence is None
    if begins_anew or not dates or not mail.reader.has_rule(part, _BRINGING):
        return _whole(mail, part)
    invitation = _invitation(mail, part, dates)
    return Enclosure(render_occurrence(invitation, _occurrence(part, date), method), method)


def _is_about_one_of_a_group(message: Message, part: SeriesPart) -> bool:
    return "member" in message.facts and part.session_type.kind is Kind.GROUP


def has_news(reader: SeriesReader, part: SeriesPart) -> bool:
    """Return whether there is anything to write into the reader's calendar, or to take out."""
    return bool(reader.in_calendar(part)) or reader.last_sequence(part) > BEFORE_THE_FIRST


def own_series(
    session: Session,
    member: SeriesMember,
    house: House,
    *,
    links: Links,
    language: str,
    now: datetime,
) -> list[SeriesInvitation]:
    """Return every part of the series for a calendar that members fill in themselves.

    It says what the mailed ones say, and names nobody.
    """
    reader = SeriesReader(session, member.series, member)
    nobody = Envelope(House(name="", phone=""), mailbox="", to="", written_at=now)
    said = _Speaker(reader, house, links, language)
    return [
        entry_of(part, dates, max(reader.last_sequence(part), 0), said.of(part), nobody)
        for part in member.series.parts
        if (dates := reader.in_calendar(part))
    ]


def _applies(mail: SeriesMail, part: SeriesPart, date: Appointment, method: Method) -> bool:
    if method is Method.REQUEST:
        return date.status is Status.CONFIRMED and has_news(mail.reader, part)
    return mail.reader.last_sequence(part) > BEFORE_THE_FIRST


def _whole(mail: SeriesMail, part: SeriesPart) -> Enclosure:
    dates = mail.reader.in_calendar(part)
    method = Method.REQUEST if dates else Method.CANCEL
    return Enclosure(render_series(_invitation(mail, part, dates), method), method)


def _invitation(
    mail: SeriesMail, part: SeriesPart, dates: Sequence[Appointment]
) -> SeriesInvitation:
    speaker = _Speaker(mail.reader, mail.envelope.house, mail.links, mail.language)
    sequence = mail.reader.take_sequence(mail.message, part)
    return entry_of(part, dates, sequence, speaker.of(part), mail.envelope)


def entry_of(
    part: SeriesPart,
    dates: Sequence[Appointment],
    sequence: int,
    said: Said,
    envelope: Envelope,
) -> SeriesInvitation:
    """Return these dates of a part as `said`; none stands for a part that is cancelled."""
    hour = part.hour
    # A cancel of everything shows the rule as it was, and for that one date will do.
    first = hour.time.on(hour.repeat.first)
    gone = Occurrence(first, first, first + part.length)
    return SeriesInvitation(
        uid=part.uid,
        sequence=sequence,
        zone=hour.time.zone,
        # It ends where its dates end, whatever the rule was cut down to since.
        repeat=replace(hour.repeat, count=None, until=None),
        at=hour.time.at,
        length=part.length,
        occurrences=tuple(_occurrence(part, date) for date in dates) or (gone,),
        summary=said.summary,
        description=said.description,
        location=said.location,
        organizer_name=envelope.house.name,
        organizer_email=envelope.mailbox,
        attendee_email=envelope.to,
        written_at=envelope.written_at,
        url=said.url,
        related_to=_gone_on_from(part),
    )


def _occurrence(part: SeriesPart, date: Appointment) -> Occurrence:
    return Occurrence(ruled_start(part, date), date.starts_at, date.ends_at)


def _gone_on_from(part: SeriesPart) -> str | None:
    earlier = [each for each in part.series.parts if each.number < part.number]
    return earlier[-1].uid if earlier else None


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says of a part what its reader's calendar is to say."""

    reader: SeriesReader
    house: House
    links: Links
    language: str

    def of(self, part: SeriesPart) -> Said:
        _ = translations(self.language).gettext
        where = place(part.modality, self.language)
        if self.reader.member is None and part.session_type.kind is Kind.GROUP:
            return Said(_("Appointment"), self.links.url("/staff"), where, None)
        if self.reader.member is None:
            names = [each.person.name for each in who_come(part.series.members)]
            clients = people(names, self.language)
            summary = _("Appointment: %(client)s") % {"client": clients}
            return Said(summary, self.links.url("/staff"), where, None)
        desk = _("Front desk: %(phone)s") % {"phone": self.house.phone}
        url = series_join_url(self.reader.member, part, self.links)
        return Said(_("Appointment"), desk, where, url)
