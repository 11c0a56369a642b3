"""The OpenAPI 3.1 document, made from the same models that check requests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from booking import __version__
from booking.domain import places, zones
from booking.web.api import schemas
from booking.web.api import series_schemas as series
from booking.web.api.fields import SLUG, STATE_FORMAT, ZONE_FORMAT
from booking.web.problems import MEDIA_TYPE

JSON = "application/json"
_PREFIX = "#/components/schemas/"
_LISTS = {ZONE_FORMAT: "TimeZone", STATE_FORMAT: "State"}
_REFUSED = {
    400: "The request could not be read, or its Idempotency-Key is missing.",
    404: "Unknown slug or token.",
    405: "No such method here.",
    409: "The time is taken, or the same request is being worked on.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A field cannot be used, or a rule forbids the time. `code` names it.",
    429: "Too many requests: see Retry-After.",
    503: "The service cannot reach its database.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: where it is, what it asks and what it answers."""

    method: str
    path: str
    name: str
    summary: str
    answer: type[BaseModel]
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_required: bool = True
    idempotent: bool = False


OPERATIONS = (
    Operation(
        "get",
        "/api/v1/therapists",
        "listTherapists",
        "Therapists who fit, those with time soonest first",
        schemas.Therapists,
        query=schemas.DirectoryQuery,
    ),
    Operation(
        "get",
        "/api/v1/therapists/{therapist}/openings",
        "listOpenings",
        "When a new client may book",
        schemas.Openings,
        query=schemas.OpeningsQuery,
    ),
    Operation(
        "post",
        "/api/v1/appointments",
        "bookAppointment",
        "Book a time, once for each Idempotency-Key",
        schemas.Appointment,
        status=201,
        body=schemas.NewAppointment,
        idempotent=True,
    ),
    Operation(
        "get",
        "/api/v1/appointments/{token}",
        "getAppointment",
        "One appointment, for whoever holds its token",
        schemas.Appointment,
    ),
    Operation(
        "post",
        "/api/v1/appointments/{token}/reschedule",
        "rescheduleAppointment",
        "Move it; the old time is freed only when the new one is had",
        schemas.Appointment,
        body=schemas.Reschedule,
    ),
    Operation(
        "post",
        "/api/v1/appointments/{token}/cancel",
        "cancelAppointment",
        "Cancel it; doing so again changes nothing",
        schemas.Appointment,
        body=schemas.Cancel,
        body_required=False,
    ),
    Operation(
        "post",
        "/api/v1/series/preview",
        "previewSeries",
        "Every date of a standing hour, before anything is booked",
        series.SeriesPreviewed,
        body=series.SeriesPreview,
    ),
    Operation(
        "post",
        "/api/v1/series",
        "bookSeries",
        "Book every chosen date or none, once for each Idempotency-Key",
        series.SeriesShown,
        status=201,
        body=series.NewSeries,
        idempotent=True,
    ),
    Operation(
        "get",
        "/api/v1/series/{token}",
        "getSeries",
        "One standing hour with all its dates, for whoever holds its token",
        series.SeriesShown,
    ),
    Operation(
        "post",
        "/api/v1/series/{token}/preview",
        "previewSeriesChange",
        "What a change would do to each date",
        series.SeriesPlan,
        body=series.SeriesChange,
    ),
    Operation(
        "post",
        "/api/v1/series/{token}/change",
        "changeSeries",
        "Change one date, this and the following, or all",
        series.SeriesShown,
        body=series.SeriesChange,
    ),
    Operation(
        "post",
        "/api/v1/series/{token}/pause",
        "pauseSeries",
        "Leave out the dates between two days",
        series.SeriesShown,
        body=series.SeriesPause,
    ),
    Operation(
        "post",
        "/api/v1/series/{token}/resume",
        "resumeSeries",
        "End the pause and take its dates up again",
        series.SeriesShown,
        body=series.SeriesResume,
    ),
    Operation(
        "post",
        "/api/v1/series/{token}/end",
        "endSeries",
        "End it from a date on; doing so again changes nothing",
        series.SeriesShown,
        body=series.SeriesEnd,
        body_required=False,
    ),
    Operation("get", "/healthz", "health", "Whether the service works", schemas.Health),
)


def document(public_url: str) -> dict[str, Any]:
    """Return the document that describes every call under `public_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Booking API",
            "version": __version__,
            "description": "Shows and books what a new client may. Instants are RFC 3339 in UTC.",
        },
        "servers": [{"url": public_url}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    return paths


def _described(operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": list(_parameters(operation)),
        "responses": {
            str(operation.status): _answer("Done.", operation.answer, JSON),
            **{
                str(status): _answer(words, schemas.Problem, MEDIA_TYPE)
                for status, words in _REFUSED.items()
            },
        },
    }
    if operation.body is not None:
        content = {JSON: {"schema": {"$ref": _PREFIX + operation.body.__name__}}}
        said["requestBody"] = {"required": operation.body_required, "content": content}
    return said


def _answer(words: str, model: type[BaseModel], media_type: str) -> dict[str, Any]:
    schema = {"$ref": _PREFIX + model.__name__}
    return {"description": words, "content": {media_type: {"schema": schema}}}


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", operation.path):
        schema = {"type": "string", "pattern": SLUG}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if operation.query is not None:
        model = _pointed(operation.query.model_json_schema(ref_template=_PREFIX + "{model}"))
        for name, schema in model["properties"].items():
            required = name in model.get("required", ())
            yield {"name": name, "in": "query", "required": required, "schema": _plain(schema)}
    if operation.idempotent:
        key = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        yield {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key}


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a query value: it can be left out, but it is never null."""
    kept = {name: value for name, value in schema.items() if name not in {"title", "anyOf"}}
    if kept.get("default", ...) is None:
        del kept["default"]
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return kept | (choices[0] if choices else {})


def _schemas() -> dict[str, Any]:
    models: set[type[BaseModel]] = {schemas.Problem}
    for operation in OPERATIONS:
        models |= {model for model in (operation.answer, operation.body) if model is not None}
    named = sorted(models, key=lambda model: model.__name__)
    _, found = models_json_schema(
        [(model, "validation") for model in named], ref_template=_PREFIX + "{model}"
    )
    lists = {
        "TimeZone": {"type": "string", "enum": sorted(zones.zone_names())},
        "State": {"type": "string", "enum": list(places.STATES)},
    }
    return {**_pointed(found["$defs"]), **lists}


def _pointed(schema: Any) -> Any:
    """Return the schema with the long lists pointed at, where a format stands for one."""
    if isinstance(schema, list):
        return [_pointed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") in _LISTS:
        return {"$ref": _PREFIX + _LISTS[schema["format"]]}
    # A title is a string, but a property may be called so too.
    return {
        name: _pointed(value)
        for name, value in schema.items()
        if name != "title" or not isinstance(value, str)
    }
