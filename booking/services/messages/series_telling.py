"""Gathers what a message about a standing hour is to say, from the rows, into plain values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile, islice
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.adapters.links import Links, Purpose
from booking.adapters.phones import spoken
from booking.adapters.wording.languages import ENGLISH
from booking.adapters.wording.names import dollars, initials, people
from booking.adapters.wording.series_facts import (
    DateChange,
    ForOffer,
    ForOfferAnswer,
    ForSeriesClient,
    ForSeriesTherapist,
    Pattern,
    SeriesFacts,
    Standing,
    Way,
)
from booking.domain.lifecycle import Kind, Modality
from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.domain.zones import zone
from booking.models import (
    Appointment,
    Message,
    Practice,
    Series,
    SeriesMember,
    SeriesPart,
    SeriesQuestion,
    StandingOffer,
)
from booking.queries.coming import who_come
from booking.queries.guardians import who_agree
from booking.queries.practices import the_practice
from booking.services.messages.series_readers import (
    SeriesReader,
    readers_zone,
    ruled_start,
)
from booking.services.messages.telling import house_of
from booking.services.messages.urls import mailed_series_url

_STAFF_PAGE = "/staff/series"


def series_facts(session: Session, message: Message, *, links: Links, now: datetime) -> SeriesFacts:
    """Return what the mail is told; raise `LookupError` for one without what its kind needs."""
    if "offer" in message.facts:
        return _offered(session, message, links, now)
    if message.series is None:
        raise LookupError(f"a {message.kind} needs a series")
    if message.member is None:
        return _for_therapist(session, message, message.series, links, now)
    return _for_client(session, message, message.member, links, now)


def changes_in(message: Message) -> tuple[DateChange, ...]:
    """Return the dates a change touched, as they were written down with the message."""
    found = message.facts.get("changes")
    pairs = found if isinstance(found, list) else []
    return tuple(DateChange(_instant(was), _instant(to)) for was, to in pairs)


def standing_of(
    part: SeriesPart, member: SeriesMember | None, dates: Sequence[Appointment], first: datetime
) -> Standing:
    """Return the standing hour of a part, with the `dates` that lie ahead, for one reader.

    `first` is when it began, for one that has no dates ahead. Without a member the reader is
    the therapist.
    """
    ours = [date for date in dates if date.series_part_id == part.id]
    begins_at = ours[0].starts_at if ours else dates[0].starts_at if dates else first
    others = who_come(part.series.members)
    return Standing(
        pattern=pattern_of(part, ours[0] if ours else None),
        length=part.length,
        zone=readers_zone(part, member),
        other_zone=readers_zone(part, others[0] if member is None and others else None),
        anchor=zone(part.zone),
        way=Way(part.modality),
        begins_at=begins_at,
        dates=tuple(date.starts_at for date in dates),
        ruled=tuple(ruled_start(each.series_part or part, each) for each in dates),
        open_ended=part.hour.repeat.is_open_ended and part.series.status.is_live,
    )


def pattern_of(part: SeriesPart, first: Appointment | None = None) -> Pattern:
    """Return how often and when, by the clocks of the round that `first` is in."""
    hour = part.hour
    # A whole round, also where the rule ends in the middle of it.
    repeat = replace(hour.repeat, count=None, until=None)
    since = first.occurrence if first and first.occurrence else repeat.first
    round_ = islice(dropwhile(lambda day: day < since, repeat.dates()), len(repeat.weekdays))
    return Pattern(tuple(hour.time.on(day) for day in round_), repeat.every_weeks)


def way_of(part: SeriesPart, member: SeriesMember | None, practice: Practice) -> Way:
    """Return how a reader of the series meets the other: by phone, who rings which number."""
    therapist = part.series.therapist
    if part.modality is not Modality.PHONE:
        return Way(part.modality)
    if member is None:
        return Way(part.modality, reader_calls=not therapist.client_calls)
    number = (therapist.phone or practice.phone) if therapist.client_calls else member.phone
    said = spoken(number, country=practice.country) if number else ""
    return Way(part.modality, said, reader_calls=therapist.client_calls)


def _for_client(
    session: Session, message: Message, member: SeriesMember, links: Links, now: datetime
) -> ForSeriesClient:
    practice, series = the_practice(session), member.series
    reader = SeriesReader(session, series, member)
    standing, dates = _standing(reader, reader.part_of(message), practice, now)
    mine = mailed_series_url(member, links)
    ended = message.kind is MessageKind.SERIES_ENDED
    fee = message.facts.get("fee_cents", 0) if ended else _late_fee(dates, practice)
    return ForSeriesClient(
        house=house_of(practice),
        standing=standing,
        therapist=series.therapist.first_name,
        now=now,
        series_url=mine,
        agreement_url=f"{mine}/agreement",
        cancel_hours=dates[0].cancel_hours if dates else practice.cancel_hours,
        fee=dollars(fee) if isinstance(fee, int) else "",
        agreed=_is_agreed(member) or member.id not in who_agree(session, series.members, now=now),
        held_until=member.expires_at or _held_until(series),
        what=str(message.facts.get("what", "")),
        changes=changes_in(message),
    )


def _is_agreed(member: SeriesMember) -> bool:
    """Return whether it is not their own yes to the agreement that it waits, or waited, for."""
    if member.expires_at is not None:
        return member.status is ParticipantStatus.ASKED
    return member.series.agreed_at is not None


def _for_therapist(
    session: Session, message: Message, series: Series, links: Links, now: datetime
) -> ForSeriesTherapist:
    practice, reader = the_practice(session), SeriesReader(session, series, None)
    part = reader.part_of(message)
    standing, _dates = _standing(reader, part, practice, now)
    of_many = part.session_type.kind is Kind.GROUP
    return ForSeriesTherapist(
        house=house_of(practice),
        standing=standing,
        client=_client(series, message),
        now=now,
        staff_url=links.url(_STAFF_PAGE),
        asked=series.granted_at is None or message.kind is MessageKind.THERAPIST_SERIES_REQUESTED,
        agreed=series.agreed_at is not None,
        held_until=_held_until(series),
        what=str(message.facts.get("what", "")),
        changes=changes_in(message),
        undecided=_undecided(session, message),
        one_of_many=of_many and "member" in message.facts,
    )


def _client(series: Series, message: Message) -> str:
    """Return the initials of whom a mail speaks: of who joined a group or left, else of all."""
    whose = message.facts.get("member")
    of_many = series.part.session_type.kind is Kind.GROUP
    named = [m.person.name for m in series.members if of_many and m.id == whose]
    return people(named, ENGLISH) if named else clients_of(series)


def clients_of(series: Series) -> str:
    """Return the initials of who comes; of several, how many."""
    return people([each.person.name for each in who_come(series.members)], ENGLISH)


def _standing(
    reader: SeriesReader, part: SeriesPart, practice: Practice, now: datetime
) -> tuple[Standing, list[Appointment]]:
    dates = reader.ahead(now)
    standing = standing_of(part, reader.member, dates, _first(reader.session, part))
    return replace(standing, way=way_of(part, reader.member, practice)), dates


def _first(session: Session, part: SeriesPart) -> datetime:
    """Return when a part began, or was to begin."""
    query = select(func.min(Appointment.starts_at)).where(Appointment.series_part_id == part.id)
    return session.scalar(query) or part.hour.time.on(part.first_day)


def _offered(session: Session, message: Message, links: Links, now: datetime) -> SeriesFacts:
    offer = session.get(StandingOffer, message.facts["offer"])
    if offer is None:
        raise LookupError(f"a {message.kind} needs an offer")
    practice = the_practice(session)
    house = house_of(practice)
    if message.participant is None:
        return ForOfferAnswer(
            house=house, client=initials(offer.person.name), staff_url=links.url(_STAFF_PAGE)
        )
    token = links.token(Purpose.OFFER, offer.link_id, offer.link_version)
    here = zone(message.participant.person.time_zone)
    return ForOffer(
        house=house,
        therapist=offer.therapist.first_name,
        now=now,
        zone=here,
        url=links.url(f"/o/{token}"),
        held_until=offer.expires_at,
        choices=tuple(
            _choice(session, series.part, here)
            for series in offer.series
            if series.status is SeriesStatus.OFFERED
        ),
    )


def _choice(session: Session, part: SeriesPart, here: ZoneInfo) -> Standing:
    """Return an offered time on the clock of somebody who is no member yet."""
    there = zone(part.series.therapist.time_zone)
    standing = standing_of(part, None, (), _first(session, part))
    mine = there if part.modality is Modality.IN_PERSON else here
    return replace(standing, zone=mine, other_zone=there)


def _undecided(session: Session, message: Message) -> tuple[datetime, ...]:
    ids = message.facts.get("questions")
    query = select(SeriesQuestion.starts_at).where(
        SeriesQuestion.id.in_(ids if isinstance(ids, list) else []),
        SeriesQuestion.settled_at.is_(None),
    )
    return tuple(session.scalars(query.order_by(SeriesQuestion.starts_at)))


def _late_fee(dates: Sequence[Appointment], practice: Practice) -> int:
    return dates[0].late_fee_cents if dates else practice.late_fee_cents


def _held_until(series: Series) -> datetime | None:
    return series.expires_at if series.status is SeriesStatus.REQUESTED else None


def _instant(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) else None
