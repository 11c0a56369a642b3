"""Whose series a message is about: which dates of it are theirs, and how far their calendar is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import LIVE, Modality, Status
from booking.domain.messages import MessageKind, MessageState
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.zones import zone
from booking.models import (
    Appointment,
    MemberCalendar,
    Message,
    Participant,
    Series,
    SeriesMember,
    SeriesPart,
)

BEFORE_THE_FIRST = -1
# What is in a calendar: what is agreed, and what took place.
_IN_CALENDARS = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)


@dataclass(frozen=True, slots=True)
class SeriesReader:
    """One member of a series, or with `member` None its therapist."""

    session: Session
    series: Series
    member: SeriesMember | None

    def ahead(self, now: datetime) -> list[Appointment]:
        """Return the dates on which the reader still expects to meet, soonest first."""
        query = (
            select(Appointment)
            .join(SeriesPart, SeriesPart.id == Appointment.series_part_id)
            .where(
                SeriesPart.series_id == self.series.id,
                Appointment.status.in_(LIVE),
                Appointment.starts_at > now,
                *self._theirs(),
            )
            .order_by(Appointment.starts_at)
        )
        return list(self.session.scalars(query))

    def in_calendar(self, part: SeriesPart) -> list[Appointment]:
        """Return the dates of one part that belong into the reader's calendar, in its order."""
        if self.member is not None and self.member.role is Role.PAYER:
            return []  # a payer only pays
        query = (
            select(Appointment)
            .where(
                Appointment.series_part_id == part.id,
                Appointment.status.in_(_IN_CALENDARS),
                Appointment.occurrence.is_not(None),
                *self._theirs(),
            )
            .order_by(Appointment.occurrence)
        )
        return list(self.session.scalars(query))

    def last_sequence(self, part: SeriesPart) -> int:
        """Return the SEQUENCE the reader's calendar was sent last of this part."""
        if self.member is None:
            return part.therapist_sequence
        kept = self.session.get(MemberCalendar, (self.member.id, part.id))
        return kept.sequence if kept else BEFORE_THE_FIRST

    def has_rule(self, part: SeriesPart, bringing: Collection[MessageKind]) -> bool:
        """Return whether the last mail that was to bring the whole part, of these kinds, has."""
        whose = (
            Message.therapist_id == self.series.therapist_id
            if self.member is None
            else Message.member_id == self.member.id
        )
        query = (
            select(Message.state, Message.facts)
            .where(Message.series_id == self.series.id, Message.kind.in_(bringing), whose)
            .order_by(Message.id.desc())
        )
        states = (
            state for state, facts in self.session.execute(query) if facts.get("part") == part.id
        )
        return next(states, None) in {MessageState.SENT, MessageState.DELIVERED}

    def part_of(self, message: Message) -> SeriesPart:
        """Return the part whose calendar a message about the series brings."""
        key = message.facts.get("part")
        part = self.session.get(SeriesPart, key) if isinstance(key, int) else None
        return part if part and part.series_id == self.series.id else self.series.part

    def take_sequence(self, message: Message, part: SeriesPart) -> int:
        """Return the SEQUENCE of the message, the next one at the first asking. Series locked."""
        if message.sequence is None:
            message.sequence = self.last_sequence(part) + 1
            if self.member is None:
                part.therapist_sequence = message.sequence
            else:
                key = {"member_id": self.member.id, "part_id": part.id}
                self.session.merge(MemberCalendar(**key, sequence=message.sequence))
        return message.sequence

    def _theirs(self) -> list[ColumnElement[bool]]:
        if self.member is None:
            return []
        attends = and_(
            Participant.member_id == self.member.id,
            Participant.status == ParticipantStatus.ATTENDING,
        )
        return [Appointment.participants.any(attends)]


def reader_of(session: Session, message: Message) -> SeriesReader | None:
    """Return who reads the message of which series; None if it is about none.

    Somebody who came to one date of a series alone reads of that date alone.
    """
    if message.series is not None:
        return SeriesReader(session, message.series, message.member)
    part = message.appointment.series_part if message.appointment else None
    if part is None:
        return None
    if message.participant is None:
        return SeriesReader(session, part.series, None)
    member = message.participant.member
    return SeriesReader(session, part.series, member) if member else None


def ruled_start(part: SeriesPart, date: Appointment) -> datetime:
    """Return when the rule has this date, wherever it was moved."""
    assert date.occurrence is not None  # noqa: S101  # asked of dates that are still on
    return part.hour.time.on(date.occurrence)


def readers_zone(part: SeriesPart, member: SeriesMember | None) -> ZoneInfo:
    """Return the clock a reader is told by: where people meet in person, the one on the wall."""
    if member is None or part.modality is Modality.IN_PERSON:
        return zone(part.series.therapist.time_zone)
    return zone(member.person.time_zone)
