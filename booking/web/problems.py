"""Refusals for programs: RFC 9457, `application/problem+json`."""

import json
from collections.abc import Mapping

from flask import Response

from booking.errors import (
    BookingError,
    InvalidInput,
    LateCancel,
    Rule,
    RuleBroken,
    SlotTaken,
)
from booking.web.instants import rfc3339
from booking.web.wiring import parts
from booking.web.words import heading_for, problem_words, sentence_for

MEDIA_TYPE = "application/problem+json"
# Which field of a request a broken rule speaks of; it is the time unless said here.
_POINTERS = {
    Rule.SESSION_TYPE: "/session_type",
    Rule.LICENCE: "/client/state",
}
_ASKED_OF_ALL = frozenset({"modality", "reason", "starts_at"})


def problem(
    code: str, status: int, *, detail: str = "", more: Mapping[str, object] | None = None
) -> Response:
    """Return the problem called `code`; `more` are members of its own."""
    body = {
        "type": parts().links.url(f"/problems/{code}"),
        "title": heading_for(code),
        "status": status,
        "detail": detail or sentence_for(code),
        "code": code,
        **(more or {}),
    }
    return Response(json.dumps(body), status, content_type=MEDIA_TYPE)


def refusal(error: BookingError, status: int) -> Response:
    """Return the problem that stands for a refusal, with all it carries."""
    more: dict[str, object] = {}
    if status == 422:  # noqa: PLR2004
        more["errors"] = _errors(error)
    if isinstance(error, SlotTaken | RuleBroken) and error.alternatives:
        more["alternatives"] = [rfc3339(instant) for instant in error.alternatives]
    if isinstance(error, SlotTaken):
        more.setdefault("alternatives", [])
    if isinstance(error, LateCancel):
        more["late"], more["fee_cents"] = True, error.fee_cents
    return problem(error.code, status, more=more)


def _errors(error: BookingError) -> list[dict[str, str]]:
    if isinstance(error, InvalidInput):
        return [
            {"pointer": _pointer(each.field), "detail": problem_words(each.code)}
            for each in error.problems
        ]
    if isinstance(error, RuleBroken) and error.rule is not Rule.POLICY:
        pointer = _POINTERS.get(error.rule, "/starts_at")
        return [{"pointer": pointer, "detail": sentence_for(error.code)}]
    return []


def _pointer(field: str) -> str:
    """Return the JSON pointer of a field; what people say of themselves lies in `client`."""
    if field.startswith("/"):
        return field
    return f"/{field}" if field in _ASKED_OF_ALL else f"/client/{field}"
