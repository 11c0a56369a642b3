"""The kinds of value that stand in requests: how each is checked and how it is documented."""

import re
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from booking.domain import facets, places, zones
from booking.domain.facets import Facet
from booking.web.instants import parse_instant, rfc3339

LONGEST_TEXT = 500
SLUG = r"^[A-Za-z0-9_-]{1,100}$"
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

# Long lists stand once in the document, under these names, and are pointed at by `format`.
ZONE_FORMAT, STATE_FORMAT = "time-zone", "us-state"


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value  # one of ours, on its way out
    if not isinstance(value, str):
        raise ValueError("type")  # noqa: TRY004  # pydantic collects only ValueError
    return parse_instant(value)


def _date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("format")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("format") from None


def _zone_name(name: str) -> str:
    if name not in zones.zone_names():
        raise ValueError("unknown")
    return name


def _state(code: str) -> str:
    if not places.is_state(code):
        raise ValueError("unknown")
    return code


def _of(facet: Facet) -> tuple[AfterValidator, WithJsonSchema]:
    def check(slug: str) -> str:
        if not facets.is_known(facet, slug):
            raise ValueError("unknown")
        return slug

    known = {"type": "string", "enum": list(facets.labels(facet))}
    return AfterValidator(check), WithJsonSchema(known)


def _local_time(value: object) -> time:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("format")
    return time.fromisoformat(value)


LocalTime = Annotated[
    time,
    PlainValidator(_local_time),
    PlainSerializer(time.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]
Slug = Annotated[str, Field(pattern=SLUG)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    date,
    PlainValidator(_date),
    PlainSerializer(date.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
ZoneName = Annotated[
    str,
    AfterValidator(_zone_name),
    WithJsonSchema({"type": "string", "format": ZONE_FORMAT}),
]
State = Annotated[
    str, AfterValidator(_state), WithJsonSchema({"type": "string", "format": STATE_FORMAT})
]
Need = Annotated[str, *_of(Facet.NEED)]
Language = Annotated[str, *_of(Facet.LANGUAGE)]
Insurance = Annotated[str, *_of(Facet.INSURANCE)]
