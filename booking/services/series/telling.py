"""What is owed when something becomes of a series: one message to read for each person.

The calendar goes along with it. A change that leaves an older part of the series in people's
calendars adds a mail that is for the calendar alone, and that one is sent first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import Role
from booking.models import (
    Appointment,
    MemberCalendar,
    Message,
    Participant,
    Series,
    SeriesMember,
    SeriesPart,
)
from booking.queries.coming import is_written_to
from booking.queries.practices import the_practice
from booking.services.audit import Actor
from booking.services.owed import SOON, Owed, SeriesSubject, owe, owe_each
from booking.services.owing import SECOND_THOUGHTS, reader_of, reminders_for, subject_of
from booking.services.series.dates import who_wants_texts
from booking.services.series.finding import dates_ahead
from booking.services.series.unsaid import joined, unsaid

USEFUL_FOR = timedelta(days=14)
# Among the facts of a message: it is about this one member of a group alone.
OF_ONE = "member"


@dataclass(frozen=True, slots=True)
class SeriesNews:
    """What became of a series, in the words of each side."""

    to_client: MessageKind | None
    to_therapist: MessageKind | None


BOOKED = SeriesNews(MessageKind.SERIES_BOOKED, MessageKind.THERAPIST_SERIES_BOOKED)
REQUESTED = SeriesNews(MessageKind.SERIES_REQUESTED, MessageKind.THERAPIST_SERIES_REQUESTED)
CHANGED = SeriesNews(MessageKind.SERIES_CHANGED, MessageKind.THERAPIST_SERIES_CHANGED)
ENDED = SeriesNews(MessageKind.SERIES_ENDED, MessageKind.THERAPIST_SERIES_ENDED)
DECLINED = SeriesNews(MessageKind.SERIES_DECLINED, None)
RAN_OUT = SeriesNews(MessageKind.SERIES_EXPIRED, None)
AGREED = SeriesNews(MessageKind.SERIES_AGREED, None)
CHANGED_TERMS = SeriesNews(MessageKind.SERIES_TERMS, None)

# News that what comes later says better.
_SUPERSEDED = frozenset(
    {
        MessageKind.SERIES_BOOKED,
        MessageKind.SERIES_REQUESTED,
        MessageKind.SERIES_CHANGED,
        MessageKind.THERAPIST_SERIES_BOOKED,
        MessageKind.THERAPIST_SERIES_REQUESTED,
        MessageKind.THERAPIST_SERIES_CHANGED,
    }
)
_CHANGES = (CHANGED, ENDED)
_TEXTED = frozenset({MessageKind.SERIES_CHANGED, MessageKind.SERIES_ENDED})
_FIRST = {
    MessageKind.SERIES_CHANGED: MessageKind.SERIES_BOOKED,
    MessageKind.THERAPIST_SERIES_CHANGED: MessageKind.THERAPIST_SERIES_BOOKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What a message about a change says besides: `facts`, and when the first such date is.

    `parts` are those whose calendars change, oldest first; the mail to read brings the last.
    `only` is the one member it is for, where it is not for all.
    """

    facts: Mapping[str, object] = field(default_factory=dict)
    parts: Sequence[SeriesPart] = ()
    soonest: datetime | None = None
    only: SeriesMember | None = None


NOTHING_MORE = What()


def tell_series(
    session: Session,
    series: Series,
    news: SeriesNews,
    *,
    actor: Actor,
    now: datetime,
    what: What = NOTHING_MORE,
) -> None:
    """Owe everybody concerned the news; what was unsent of earlier news is said along with it."""
    what = _with_unsaid(session, series, news, what)
    unheard = _drop_unsent(session, series) if what.only is None else set()
    about = subject_of_series(series, now)
    parts = what.parts or (series.part,)
    due_at = _due(actor, what, now)
    for part in parts[:-1]:
        owe(session, *calendars_of(series, part, due_at, what.only), about=about, now=now)
    if _is_taken_back(news, unheard, what) and _is_in_no_calendar(session, parts[-1]):
        # There is nothing to say, but a part of its own was made on the way.
        calendars = calendars_of(series, parts[-1], due_at)
        owe(session, *(each for each in calendars if each.member_id), about=about, now=now)
    facts = {**what.facts, "part": parts[-1].id}
    same: dict[str, Any] = {"action": random_id(), "facts": facts}
    texted = who_wants_texts(session, series.members) if news in _CHANGES else set()
    owed = [
        Owed(kind=kind, channel=channel, member_id=member.id, due_at=due_at, **same)
        for kind, member in _to_members(series, news, unheard, what)
        for channel in _channels(kind, member, actor, texted)
    ]
    there = _to_therapist(session, series, news, unheard, now)
    if there is not None:
        whose = series.therapist_id
        owed.append(Owed(kind=there, channel=Channel.EMAIL, therapist_id=whose, due_at=now, **same))
    owe(session, *owed, about=about, now=now)


def _with_unsaid(session: Session, series: Series, news: SeriesNews, what: What) -> What:
    """Return what there is to say with the changes in it that nobody has heard of yet."""
    earlier = unsaid(session, series) if news in _CHANGES and what.only is None else None
    if earlier is None:
        return what
    later = what.facts.get("changes")
    changes = joined(earlier.changes, later if isinstance(later, list) else [])
    called = what.facts.get("what")
    facts: dict[str, object] = {**what.facts, "changes": changes}
    if news is CHANGED and earlier.what is not None:
        facts["what"] = called if called == earlier.what else "moved"
    parts = list(what.parts or (series.part,))
    if earlier.part_id not in {part.id for part in parts}:
        parts = [part for part in series.parts if part.id == earlier.part_id] + parts
    return replace(what, facts=facts, parts=parts)


def subject_of_series(series: Series, now: datetime) -> SeriesSubject:
    return SeriesSubject(series.id, series.version, series.therapist_id, now + USEFUL_FOR)


def plan_reminders(session: Session, series: Series, *, now: datetime) -> None:
    """Owe the reminders of every date ahead, for everybody who takes part in it."""
    _remind(session, dates_ahead(session, series, now=now), now)


def plan_reminders_of(
    session: Session, series: Series, ids: Collection[int], *, now: datetime
) -> None:
    """Owe the reminders of those of the dates that have one of these ids."""
    ahead = dates_ahead(session, series, now=now)
    _remind(session, [date for date in ahead if date.id in ids], now)


def plan_reminders_of_seats(
    session: Session, seats: Sequence[Participant], *, now: datetime
) -> None:
    """Owe the reminders of these parts in dates, but those that are owed already."""
    known = select(Message.participant_id).filter_by(kind=MessageKind.REMINDER)
    theirs = Message.participant_id.in_([each.id for each in seats])
    had = set(session.scalars(known.where(theirs)))
    practice = the_practice(session)
    owed = []
    for participant in seats:
        about = subject_of(participant.appointment)
        if participant.id not in had and about.confirmed and is_written_to(participant):
            reader = reader_of(session, participant)
            owed += [(each, about) for each in reminders_for(about, reader, practice, now)]
    owe_each(session, owed, now=now)


def _remind(session: Session, dates: Iterable[Appointment], now: datetime) -> None:
    practice = the_practice(session)
    owed = []
    for date in dates:
        about = subject_of(date)
        if not about.confirmed:
            continue
        for participant in filter(is_written_to, date.participants):
            reader = reader_of(session, participant)
            owed += [(each, about) for each in reminders_for(about, reader, practice, now)]
    owe_each(session, owed, now=now)


def _to_members(
    series: Series, news: SeriesNews, unheard: set[MessageKind], what: What
) -> Iterator[tuple[MessageKind, SeriesMember]]:
    kind = _first_news(news.to_client, unheard)
    if kind is None or _is_taken_back(news, unheard, what):
        return
    for member in _who_reads(series, what.only):
        yield kind, member


def _is_taken_back(news: SeriesNews, unheard: set[MessageKind], what: What) -> bool:
    """Return whether what was changed is as it was, and nobody has heard of it."""
    unsent = MessageKind.SERIES_CHANGED in unheard
    return news is CHANGED and unsent and what.facts.get("changes") == []


def _is_in_no_calendar(session: Session, part: SeriesPart) -> bool:
    return session.scalars(select(MemberCalendar).filter_by(part_id=part.id)).first() is None


def _who_reads(series: Series, only: SeriesMember | None) -> Sequence[SeriesMember]:
    """Return those who are written to; what is for one alone, although they have left."""
    if only is not None:
        return [only] if only.person.email and only.role is not Role.PAYER else []
    return [member for member in series.members if is_written_to(member)]


def _channels(
    kind: MessageKind, member: SeriesMember, actor: Actor, texted: set[int]
) -> Sequence[Channel]:
    """Return mail, and for a change somebody else made a text too where it was consented to."""
    if kind in _TEXTED and member.id in texted and actor != Actor("member", member.id):
        return (Channel.EMAIL, Channel.SMS)
    return (Channel.EMAIL,)


def calendars_of(
    series: Series, part: SeriesPart, due_at: datetime, only: SeriesMember | None = None
) -> Iterator[Owed]:
    """Yield the mails that bring an older part of the series up to date, and say little else."""
    facts = {"part": part.id}
    for member in _who_reads(series, only):
        yield Owed(
            kind=MessageKind.SERIES_CALENDAR,
            channel=Channel.EMAIL,
            member_id=member.id,
            due_at=due_at,
            facts=facts,
        )
    if only is not None:
        return
    yield Owed(
        kind=MessageKind.THERAPIST_SERIES_CALENDAR,
        channel=Channel.EMAIL,
        therapist_id=series.therapist_id,
        due_at=due_at,
        facts=facts,
    )


def _drop_unsent(session: Session, series: Series) -> set[MessageKind]:
    session.flush()
    waiting = (
        Message.series_id == series.id,
        Message.kind.in_(_SUPERSEDED),
        Message.state == MessageState.DUE,
        Message.attempts == 0,
    )
    found = session.execute(select(Message.id, Message.kind, Message.facts).where(*waiting)).all()
    # What is about one member of a group alone is not said better by news for all of them.
    theirs = {key: kind for key, kind, facts in found if OF_ONE not in facts}
    if theirs:
        session.execute(
            update(Message)
            .where(Message.id.in_(theirs))
            .values(state=MessageState.DROPPED, reason="superseded")
            .execution_options(synchronize_session=False)
        )
    return set(theirs.values())


def _first_news(kind: MessageKind | None, unheard: set[MessageKind]) -> MessageKind | None:
    """Return the news of a first booking to who was never told of it."""
    first = _FIRST.get(kind) if kind is not None else None
    return first if first in unheard else kind


def _to_therapist(
    session: Session,
    series: Series,
    news: SeriesNews,
    unheard: set[MessageKind],
    now: datetime,
) -> MessageKind | None:
    """Return what a therapist is told: of an end they never heard the beginning of, nothing.

    Where dates remain they are told of those as if for the first time.
    """
    booked = MessageKind.THERAPIST_SERIES_BOOKED
    if news is ENDED and booked in unheard:
        return booked if dates_ahead(session, series, now=now) else None
    return _first_news(news.to_therapist, unheard)


def _due(actor: Actor, what: What, now: datetime) -> datetime:
    near = what.soonest is not None and what.soonest - now <= SOON
    return now + SECOND_THOUGHTS if actor.is_staff and not near else now
