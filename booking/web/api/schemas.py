"""What may be asked of the API, and what it answers: the source of its OpenAPI document."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.participants import Role
from booking.web.api.fields import (
    Day,
    Instant,
    Insurance,
    Language,
    Need,
    Slug,
    State,
    Text,
    ZoneName,
)

# More than come to anything, and who pays.
MOST_PEOPLE = 40
Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,19}\.[0-9a-f]{16}\.[A-Za-z0-9_-]{1,100}$")]


class Asked(BaseModel):
    """Strict: a field nobody knows, or a value of another type, is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Answered(BaseModel):
    """What we say, frozen once it is said."""

    model_config = ConfigDict(frozen=True)


class DirectoryQuery(Asked):
    """Who is looked for; every filter is optional."""

    state: State | None = None
    kind: Kind | None = None
    need: Need | None = None
    language: Language | None = None
    insurance: Insurance | None = None
    time_zone: ZoneName | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: Cursor | None = None


class OpeningsQuery(Asked):
    """`from` and `until` are dates in `time_zone`; `until` is not included. At most 92 days."""

    session_type: Slug
    from_: Day = Field(alias="from")
    until: Day
    time_zone: ZoneName
    state: State | None = None


class NewClient(Asked):
    """Who books. `state` is null, with `country`, for somebody abroad.

    `born` is for who is under age and books alone.
    """

    name: Text
    email: Text
    phone: Text | None
    time_zone: Text
    state: Text | None
    sms_consent: bool
    country: Text | None = None
    language: Text | None = None
    payment: Text | None = None
    born: Day | None = None


class NewPerson(Asked):
    """One more person: who comes along, a child, a guardian, or who pays.

    Without a zone or a state of their own they are where the client is. A child, by `born`, may
    have no email. Of a session for one the client is the guardian of who comes.
    """

    role: Role
    name: Text
    email: Text | None = None
    phone: Text | None = None
    time_zone: Text | None = None
    state: Text | None = None
    born: Day | None = None


People = Annotated[list[NewPerson], Field(max_length=MOST_PEOPLE)]


class NewAppointment(Asked):
    therapist: Slug
    session_type: Slug
    starts_at: Instant
    modality: Modality
    client: NewClient
    people: People = Field(default_factory=list)


class Reschedule(Asked):
    starts_at: Instant


class Cancel(Asked):
    """Past the cut-off cancelling costs a fee, and `accept_late` must say that this is fine."""

    reason: Text = ""
    accept_late: bool = False


class OfferedType(Answered):
    slug: str
    kind: Kind
    minutes: int
    price_cents: int
    modalities: list[Modality]


class TherapistCard(Answered):
    slug: str
    name: str
    credentials: str
    time_zone: str
    session_types: list[OfferedType]
    next_openings: list[Instant]


class Therapists(Answered):
    therapists: list[TherapistCard]
    next_cursor: str | None


class Opening(Answered):
    """`local` is the same instant as `starts_at`, with the offset of `time_zone`."""

    starts_at: Instant
    ends_at: Instant
    local: Instant


class Openings(Answered):
    therapist: str
    session_type: str
    time_zone: str
    openings: list[Opening]


class Appointment(Answered):
    """`version` rises with every change. `late` and `fee_cents` stand where they apply."""

    token: str
    status: Status
    starts_at: Instant
    ends_at: Instant
    therapist: str
    session_type: str
    modality: Modality
    time_zone: str
    manage_url: str
    join_url: str
    calendar_url: str
    cancel_until: Instant
    move_until: Instant
    version: int
    late: bool | None = Field(None, json_schema_extra={"type": "boolean"})
    fee_cents: int | None = Field(None, json_schema_extra={"type": "integer"})


class FieldProblem(Answered):
    pointer: str
    detail: str


class Problem(Answered):
    """RFC 9457. `errors` stand on 422, `alternatives` where times near by are open."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    alternatives: list[Instant] = []
    late: bool = False
    fee_cents: int = 0


class Health(Answered):
    status: Literal["ok"]
    version: str
    database: str
    tzdata: str
    channels: dict[str, str]
