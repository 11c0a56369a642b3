"""What messages about standing hours are told: plain frozen values, as in `facts`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.adapters.wording.facts import House
from booking.domain.lifecycle import Modality


@dataclass(frozen=True, slots=True)
class Way:
    """How people meet; `number` and `reader_calls` are those of an `Occasion`."""

    modality: Modality
    number: str = ""
    reader_calls: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often, and when: `starts` are those of one round, by the rule, one for each day."""

    starts: tuple[datetime, ...]
    every_weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A standing hour on the clock of the one who reads, and on the other's.

    `begins_at` is its first date, or the next one. `dates` are all that lie ahead, as they
    are, soonest first; `ruled` is when the rule has them, in the same order.
    """

    pattern: Pattern
    length: timedelta
    zone: ZoneInfo
    other_zone: ZoneInfo
    anchor: ZoneInfo
    way: Way
    begins_at: datetime
    dates: tuple[datetime, ...] = ()
    ruled: tuple[datetime, ...] = ()
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class DateChange:
    """One date and what became of it: new without `was`, off without `to`."""

    was: datetime | None
    to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSeriesClient:
    """`therapist` is a first name, and stays inside the body of a mail.

    `what` names a change (`SeriesPart` words in the templates know them) and `changes` are
    exactly the dates it touched. `fee` is what a late cancel costs, or has cost, in words, and
    `cancel_hours` when it begins to. `held_until` is set while dates wait, and `agreed` says
    that the agreement is not what they wait for.
    """

    house: House
    standing: Standing
    therapist: str
    now: datetime
    series_url: str
    agreement_url: str
    cancel_hours: int
    fee: str = ""
    agreed: bool = False
    held_until: datetime | None = None
    what: str = ""
    changes: tuple[DateChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSeriesTherapist:
    """`client` is the initials of those who come. `asked` says that they wait for a yes.

    `undecided` are dates that could not be made, and that wait for the therapist's decision.
    With `one_of_many` it is about one person in a group alone, and they are the `client`.
    """

    house: House
    standing: Standing
    client: str
    now: datetime
    staff_url: str
    asked: bool = False
    agreed: bool = False
    held_until: datetime | None = None
    what: str = ""
    changes: tuple[DateChange, ...] = ()
    undecided: tuple[datetime, ...] = ()
    one_of_many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForOffer:
    """Standing times held for somebody until `held_until`; none if they may choose freely."""

    house: House
    therapist: str
    now: datetime
    zone: ZoneInfo
    url: str
    held_until: datetime
    choices: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForOfferAnswer:
    """What a therapist is told of an answer; `client` is initials."""

    house: House
    client: str
    staff_url: str


SeriesFacts = ForSeriesClient | ForSeriesTherapist | ForOffer | ForOfferAnswer
