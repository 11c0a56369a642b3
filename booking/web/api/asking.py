"""Reading a request: a checked value comes out, or a refusal that names each field."""

import hashlib
import re
from collections.abc import Callable
from typing import TypeVar

from flask import abort, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from booking.errors import InvalidInput, Problem
from booking.services.booking import RequestKey
from booking.web.problems import problem
from booking.web.words import PROBLEMS, sentence_for

M = TypeVar("M", bound=BaseModel)

MOST_PROBLEMS = 20
BAD_REQUEST, UNSUPPORTED = 400, 415
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

_CODES = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "format",
    "extra_forbidden": "unexpected",
    "enum": "unknown",
    "greater_than_equal": "range",
    "less_than_equal": "range",
}


def body(model: type[M]) -> M:
    """Return the JSON body as `model`.

    400 unless it is JSON, 415 unless it says so, 413 past the limit; raises `InvalidInput`.
    """
    if request.mimetype != "application/json":
        abort(UNSUPPORTED)
    return _checked(lambda: model.model_validate_json(request.get_data()))


def body_or_nothing(model: type[M]) -> M:
    """Return the same; where nothing was sent at all, as if it were an empty object."""
    if not request.content_length and not request.get_data():
        return model()
    return body(model)


def query(model: type[M]) -> M:
    """Return the query string as `model`; a name that comes twice is refused too."""
    values = request.args.to_dict(flat=False)
    twice = [Problem(_pointer((name,)), "type") for name, all_ in values.items() if len(all_) > 1]
    if twice:
        raise InvalidInput(*twice[:MOST_PROBLEMS])
    return _checked(lambda: model.model_validate_strings({n: v[0] for n, v in values.items()}))


def request_key(route: str, asked: BaseModel) -> RequestKey:
    """Return what tells a repeat of this request from a new one; 400 without the header.

    The body is compared as it was understood: spaces, order and the way an instant is
    written make no other request of it.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        abort(problem("malformed", BAD_REQUEST, detail=sentence_for("no_key")))
    said = hashlib.sha256(asked.model_dump_json().encode()).hexdigest()
    return RequestKey(route=route, key=key, body_hash=said)


def _checked(parse: Callable[[], M]) -> M:
    try:
        return parse()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    if any(each["type"] == "json_invalid" for each in found):
        abort(BAD_REQUEST)
    raise InvalidInput(*(Problem(_pointer(e["loc"]), _code(e)) for e in found[:MOST_PROBLEMS]))


def _code(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        said = str(error.get("ctx", {}).get("error", ""))
        return said if said in PROBLEMS else "format"
    return _CODES.get(error["type"], "type")


def _pointer(location: tuple[int | str, ...]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(f"/{part}" for part in parts)
