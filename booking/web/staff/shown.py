"""What the staff pages show of appointments: in words, on the therapist's clock, by initials."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.adapters.wording.names import initials, people
from booking.adapters.wording.series_words import listed
from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.zones import local_date
from booking.models import Appointment, Practice
from booking.queries.agenda import first_in
from booking.queries.coming import who_come
from booking.services.messages.telling import clients_zone
from booking.services.rooms import door
from booking.web.i18n import LANGUAGE
from booking.web.staff.people_words import people_words
from booking.web.views.meeting import what
from booking.web.views.rooms import Call, call_for_therapist

A_DAY = timedelta(days=1)
MOST_NAMED = 6
ICONS = {Modality.VIDEO: "video", Modality.PHONE: "phone", Modality.IN_PERSON: "map-pin"}


@dataclass(frozen=True, slots=True)
class Tag:
    """How far it has come: `kind` is the colour, and the words say the same."""

    words: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the agenda. `there` is the client's clock, where it shows another time.

    `opens` says when the room opens, on the day itself and before it does. `series` is the
    standing hour it is a date of.
    """

    id: str
    starts: str
    until: str
    there: str | None
    client: str
    what: str
    icon: str
    how: str
    call: Call | None
    tag: Tag
    can_join: bool
    can_call: bool
    opens: str
    now: bool
    over: bool
    cancelled: bool
    series: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the agenda; `iso` is its date."""

    iso: str
    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock it is, and what it shows."""

    practice: Practice
    zone: ZoneInfo
    now: datetime


def days(appointments: Iterable[Appointment], reader: Reader) -> list[Day]:
    """Return the days that have something on them, and today in any case."""
    today = local_date(reader.now, reader.zone)

    def day_of(appointment: Appointment) -> date:
        return local_date(appointment.starts_at, reader.zone)

    found = {day: [row(each, reader) for each in on] for day, on in groupby(appointments, day_of)}
    found.setdefault(today, [])
    return [
        Day(day.isoformat(), _heading(day, today, reader.zone), rows)
        for day, rows in sorted(found.items())
    ]


def row(appointment: Appointment, reader: Reader) -> Row:
    here, who = reader.zone, who_in(appointment)
    first = first_in(appointment)
    # Of a group each is told by their own clock.
    alone = first is not None and appointment.kind is not Kind.GROUP
    there = clients_zone(first) if first is not None and alone else here
    when = door(appointment, reader.practice)
    by_video = appointment.modality is Modality.VIDEO
    confirmed = appointment.status is Status.CONFIRMED
    today = local_date(appointment.starts_at, here) == local_date(reader.now, here)
    ahead = confirmed and by_video and today and reader.now < when.opens_at
    return Row(
        id=appointment.hold_id,
        starts=times.clock(appointment.starts_at, here),
        until=times.clock(appointment.ends_at, here),
        there=times.other_clock(appointment.starts_at, here, there),
        client=who,
        what=what(appointment.kind, _minutes(appointment)),
        icon=ICONS[appointment.modality],
        how=how(appointment.modality),
        call=_call(appointment, reader.practice, who),
        tag=tag(appointment),
        can_call=confirmed and today and reader.now < appointment.ends_at,
        can_join=confirmed and by_video and when.is_open(reader.now),
        opens=times.clock(when.opens_at, here) if ahead else "",
        now=confirmed and appointment.starts_at <= reader.now < appointment.ends_at,
        over=reader.now >= appointment.ends_at,
        cancelled=appointment.status is Status.CANCELLED,
        series=part.series.public_id if (part := appointment.series_part) else "",
    )


def who_in(appointment: Appointment) -> str:
    """Return the initials of all who come; of very many, how many; of a group, of how many."""
    if appointment.kind is Kind.GROUP:
        return people_words(appointment)
    names = [each.person.name for each in who_come(appointment.participants)]
    if len(names) > MOST_NAMED:
        return people(names, LANGUAGE)
    return listed([initials(name) for name in names] or [""])


def how(modality: Modality) -> str:
    """Return "By video", "By phone" or "In person"."""
    words = {
        Modality.VIDEO: _("By video"),
        Modality.PHONE: _("By phone"),
        Modality.IN_PERSON: _("In person"),
    }
    return str(words[modality])


def tag(appointment: Appointment) -> Tag:
    words = {
        Status.REQUESTED: Tag(str(_("Waits for your answer")), "waiting"),
        Status.CONFIRMED: Tag(str(_("Confirmed")), "good"),
        Status.CANCELLED: Tag(str(_("Cancelled")), "plain"),
        Status.DECLINED: Tag(str(_("Declined")), "plain"),
        Status.EXPIRED: Tag(str(_("Ran out")), "plain"),
        Status.COMPLETED: Tag(str(_("Took place")), "plain"),
        Status.NO_SHOW: Tag(str(_("Did not come")), "choice"),
    }
    part = appointment.series_part
    if appointment.status is Status.REQUESTED and part and part.series.granted_at is not None:
        return Tag(str(_("Waits for the agreement")), "waiting")
    if appointment.status is Status.CANCELLED and appointment.late:
        return Tag(str(_("Cancelled late")), "choice")
    return words[appointment.status]


def when_words(appointment: Appointment, here: ZoneInfo) -> str:
    """Return "Tuesday, November 3, 4:00 PM to 4:50 PM"."""
    day = times.day(appointment.starts_at, here)
    return f"{day}, {times.span(appointment.starts_at, appointment.ends_at, here)}"


def short_words(appointment: Appointment, here: ZoneInfo) -> str:
    """Return "S. R., Tuesday, November 3, 4:00 PM", to speak of it in one line."""
    who = who_in(appointment)
    return f"{who}, {times.long_time(appointment.starts_at, here)}"


def _heading(day: date, today: date, here: ZoneInfo) -> str:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=here)
    words = times.day(noon, here)
    if day == today:
        return str(_("Today, %(day)s", day=words))
    if day == today + A_DAY:
        return str(_("Tomorrow, %(day)s", day=words))
    return words


def _call(appointment: Appointment, practice: Practice, who: str) -> Call | None:
    first = first_in(appointment)
    if appointment.modality is not Modality.PHONE or first is None:
        return None
    return call_for_therapist(first, practice, who) if appointment.kind is not Kind.GROUP else None


def _minutes(appointment: Appointment) -> int:
    return (appointment.ends_at - appointment.starts_at) // timedelta(minutes=1)
