"""The page on which a time is chosen: to book one, or to move to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain.lifecycle import Kind, Modality
from booking.domain.zones import differ_at
from booking.errors import Rule
from booking.models import SessionType
from booking.queries.open_times import OpenTimes
from booking.web.instants import rfc3339
from booking.web.practice import PracticeFacts
from booking.web.views.clocks import Clock, ZoneChoice, clock_now
from booking.web.views.ladder import Ladder
from booking.web.views.meeting import Whom, by, is_call, modality_words, price, what
from booking.web.views.repeat import Repeat
from booking.web.views.weeks import Weeks
from booking.web.words import RULES

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open time near one that cannot be had."""

    value: str
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a time cannot be had, and the open ones nearest to it."""

    heading: str
    sentence: str
    nearby: Sequence[Nearby]


@dataclass(frozen=True, slots=True)
class Pinned:
    """The time that stays until another is had."""

    words: str
    keep_href: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How they may meet, where there is a choice."""

    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What comes next: what is being chosen, and what the button does."""

    title: str
    chosen: str
    words: str
    button: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about what is being booked; `href` changes it."""

    icon: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """`carried` are answers typed before: they travel along unseen, so nothing is lost."""

    back: Link
    action: str
    hidden: Sequence[tuple[str, str]]
    whom: Whom
    session_words: str
    yours: Clock
    theirs: Clock | None
    zone_unknown: bool
    zone_choice: ZoneChoice | None
    weeks: Weeks
    bar: Bar
    repeat: Repeat | None = None
    ladder: Ladder | None = None
    facts: Sequence[Fact] = ()
    else_href: str = "/find"
    wait_href: str = ""
    ways: Ways | None = None
    pinned: Pinned | None = None
    refused: Refused | None = None
    nothing: str = ""
    carried: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[tuple[str, str]]:
        first = self.weeks.day.first_id if self.weeks.day else "weeks"
        ids = {"slot": first}
        return [(ids.get(name, name), words) for name, words in self.problems.items()]


def their_clock(
    weeks: Weeks, now: datetime, mine: ZoneInfo, theirs: ZoneInfo, name: str
) -> Clock | None:
    """Return the therapist's clock if it differs now or on the day that is shown."""
    differs = differ_at(now, mine, theirs) or (weeks.day is not None and weeks.day.differs)
    return clock_now(now, theirs, name) if differs else None


def refused(open_now: OpenTimes, rule: Rule, wanted: datetime, zone: ZoneInfo) -> Refused:
    nearby = [
        Nearby(rfc3339(start), times.day(start, zone), times.clock(start, zone))
        for start in open_now.nearest(wanted, NEAREST)
    ]
    sentence = str(RULES[rule])
    if nearby:
        sentence = f"{sentence} {_('Here are the closest open times.')}"
    taken = rule in {Rule.TAKEN, Rule.BUFFER}
    heading = _("That time was just taken") if taken else _("That time cannot be booked")
    return Refused(str(heading), sentence, nearby)


def ways(session_type: SessionType, chosen: Modality | None) -> Ways | None:
    """Return the choice of ways to meet, or None where there is but one."""
    offered = [Modality(each) for each in session_type.modalities]
    if len(offered) == 1:
        return None
    options = [(each.value, modality_words(each)) for each in offered]
    return Ways(options, (chosen or offered[0]).value)


def booking_bar(kind: Kind) -> Bar:
    title = _("Your free call") if is_call(kind) else _("Your session")
    chosen = _("One call") if is_call(kind) else _("Just this once")
    return Bar(str(title), str(chosen), str(_("Nothing is booked yet.")), str(_("Continue")))


def moving_bar() -> Bar:
    return Bar(
        str(_("Your new time")),
        str(_("Your new time")),
        str(_("Your old time is let go only then.")),
        str(_("Move to this time")),
    )


def facts(
    session_type: SessionType, practice: PracticeFacts, payment: str | None, place: Link
) -> list[Fact]:
    """Return what there is to know before a time is chosen."""
    own = session_type.cancel_hours
    hours = practice.cancel_hours if own is None else own
    fee = session_type.late_fee_cents
    fee = practice.late_fee_cents if fee is None else fee
    if fee and session_type.price_cents:
        free = _("Free to cancel up to %(hours)s hours before", hours=hours)
    else:
        free = _("Free to cancel until it starts")
    return [
        Fact("clock", f"{what(session_type.kind, session_type.minutes)} {by(session_type)}"),
        Fact("wallet", price(session_type.price_cents, payment)),
        Fact("calendar-days", str(free)),
        Fact("map-pin", str(_("You will be in %(place)s.", place=place.words)), place.href),
    ]
