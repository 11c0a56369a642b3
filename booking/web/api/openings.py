"""When a therapist has time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Response, jsonify

from booking.clock import utcnow
from booking.domain.zones import zone
from booking.errors import InvalidInput, Problem
from booking.services.openings import Days, find_look, offered
from booking.web.api import asking
from booking.web.api.blueprint import bp
from booking.web.api.schemas import OpeningsQuery
from booking.web.instants import local_rfc3339, rfc3339
from booking.web.limits import API_READS, READS, at_most
from booking.web.wiring import reading

LONGEST = timedelta(days=92)


@bp.get("/v1/therapists/<slug:therapist>/openings")
@at_most(API_READS, methods=READS)
def openings(therapist: str) -> Response:
    asked = asking.query(OpeningsQuery)
    if not timedelta(0) < asked.until - asked.from_ <= LONGEST:
        raise InvalidInput(Problem("/until", "range"))
    days = Days(asked.from_, asked.until, zone(asked.time_zone))
    of = find_look(reading(), therapist, asked.session_type)
    found = offered(reading(), of, days=days, now=utcnow(), state=asked.state)
    return jsonify(
        therapist=therapist,
        session_type=asked.session_type,
        time_zone=asked.time_zone,
        openings=[_said(start, found.length, days.zone) for start in found.starts],
    )


# The same times are asked for again and again, and saying them costs more than finding them.
@lru_cache(maxsize=10_000)
def _said(start: datetime, length: timedelta, zone: ZoneInfo) -> Mapping[str, str]:
    return {
        "starts_at": rfc3339(start),
        "ends_at": rfc3339(start + length),
        "local": local_rfc3339(start, zone),
    }
