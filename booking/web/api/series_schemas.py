"""What may be asked of the API about standing hours, and what it answers."""

from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from booking.domain.judging import DateStatus
from booking.domain.lifecycle import Modality
from booking.domain.standing import Scope, SeriesStatus
from booking.web.api.fields import Day, Instant, LocalTime, Slug, State, ZoneName
from booking.web.api.schemas import Answered, Appointment, Asked, NewClient, People

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekdays = Annotated[list[Weekday], Field(max_length=7)]
EveryWeeks = Annotated[int, Field(ge=1, le=4)]
# More than there are dates: whatever is longer is refused before it is read.
Instants = Annotated[list[Instant], Field(max_length=120)]
Moves = Annotated[dict[str, Instant], Field(max_length=120)]


class Repeat(Asked):
    """How often: `weekdays` default to that of the first date. One of the three ends it."""

    every_weeks: EveryWeeks = 1
    weekdays: Weekdays = Field(default_factory=list)
    count: Annotated[int, Field(ge=1, le=104)] | None = None
    until: Day | None = None
    open_ended: bool = False

    @model_validator(mode="after")
    def _ends_in_one_way(self) -> Self:
        ways = (self.count is not None, self.until is not None, self.open_ended)
        if sum(ways) != 1:
            raise ValueError("pattern")
        return self


class SeriesPreview(Asked):
    """`time_zone` is the client's; the hour keeps its time of day on the practice's anchor."""

    therapist: Slug
    session_type: Slug
    starts_at: Instant
    time_zone: ZoneName
    state: State | None
    repeat: Repeat


class NewSeries(SeriesPreview):
    """`skip` and `move` name dates by when the preview had them start; `move` says to when."""

    modality: Modality
    client: NewClient
    people: People = Field(default_factory=list)
    skip: Instants = Field(default_factory=list)
    move: Moves = Field(default_factory=dict)


class SeriesChange(Asked):
    """What is left out stays as it is. `date` is a date of the rule; `starts_at` is for `one`."""

    scope: Scope
    date: Day | None = None
    starts_at: Instant | None = None
    every_weeks: EveryWeeks | None = None
    weekdays: Weekdays | None = None
    local_time: LocalTime | None = None
    session_type: Slug | None = None
    modality: Modality | None = None
    keep_moved: bool = True
    skip: Instants = Field(default_factory=list)
    move: Moves = Field(default_factory=dict)


class SeriesPause(Asked):
    """Both dates are included. Past the cut-off it costs a fee, and `accept_late` says so."""

    first: Day
    last: Day
    accept_late: bool = False


class SeriesResume(Asked):
    """The dates of the pause from `on` come back, each or none."""

    on: Day
    skip: Instants = Field(default_factory=list)
    move: Moves = Field(default_factory=dict)


class SeriesEnd(Asked):
    """Without `since` everything ahead ends."""

    since: Day | None = None
    accept_late: bool = False


class Occurrence(Answered):
    """`alternatives` are open that week; a date that is open has none."""

    starts_at: Instant
    ends_at: Instant
    local: Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
    status: DateStatus
    alternatives: list[Instant]


class ClockChange(Answered):
    """After the session at `after`, clocks in `zone` move forward by so many minutes, or back."""

    after: Instant
    zone: str
    minutes: int


class SeriesPreviewed(Answered):
    occurrences: list[Occurrence]
    clock_changes: list[ClockChange]


class PlannedDate(Answered):
    """From when a date is now to when it would be: null for a new one, or one that ends."""

    was: Instant | None
    to: Instant | None
    status: DateStatus | None
    alternatives: list[Instant]


class SeriesPlan(Answered):
    dates: list[PlannedDate]


class Pattern(Answered):
    """The rule that holds: `local_time` is on the clock of `zone`."""

    every_weeks: int
    weekdays: list[Weekday]
    local_time: str
    zone: str
    count: int | None
    until: str | None
    open_ended: bool


class SeriesShown(Answered):
    """`held_until` is how long it waits for the agreement or the therapist."""

    token: str
    status: SeriesStatus
    therapist: str
    session_type: str
    modality: Modality
    time_zone: str
    pattern: Pattern
    manage_url: str
    agreement_url: str
    calendar_url: str
    held_until: Instant | None
    paused_from: str | None
    paused_until: str | None
    version: int
    appointments: list[Appointment]
