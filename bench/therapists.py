"""A practice of thousands, made in a few statements, every therapist a little different."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bench.past import catch_up, tidy
from booking.domain.facets import Facet, labels
from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.zones import TZDATA_VERSION, day_start, local_date, zone
from booking.models import (
    Appointment,
    Base,
    Claim,
    Resource,
    SessionType,
    Therapist,
    TherapistFacet,
    TherapistLicence,
    WeeklyRule,
    db,
)
from booking.models.dialects import begin_writing

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
)
STATES = ("NY", "CA", "TX", "FL", "IL", "AZ", "CO", "WA")
SESSIONS_EACH = 25
SESSION_TYPES = (
    (Kind.CONSULTATION, 15, 30, 0),
    (Kind.INTAKE, 60, 60, 10),
    (Kind.INDIVIDUAL, 50, 30, 10),
)
Values = dict[str, Any]


def hire(count: int, *, now: datetime, seed: int) -> None:
    """Add therapists with hours, licences, facets, three session types and 25 sessions each."""
    dice = random.Random(seed)
    session = db.session()
    session.rollback()
    begin_writing(session)
    for first in range(1, count + 1, 1_000):
        rows: dict[type[Base], list[Values]] = {}
        for number in range(first, min(first + 1_000, count + 1)):
            for model, values in _rows(number, dice, now):
                rows.setdefault(model, []).append(values)
        for model, many in rows.items():
            session.execute(insert(model), many)
    catch_up(session, Resource, Therapist, SessionType, Appointment)
    session.commit()
    tidy(session)


def _rows(number: int, dice: random.Random, now: datetime) -> Iterator[tuple[type[Base], Values]]:
    there = dice.choice(ZONES)
    yield Resource, {"id": number, "kind": "therapist"}
    yield Therapist, _therapist(number, dice, there)
    begins = dice.randrange(7, 11)
    for weekday in sorted(dice.sample(range(6), 5)):
        hours = {"from_minute": begins * 60, "until_minute": (begins + dice.randrange(7, 10)) * 60}
        yield WeeklyRule, {"therapist_id": number, "weekday": weekday, "every_weeks": 1, **hours}
    for state in dice.sample(STATES, 2):
        valid = {"valid_from": date(2020, 1, 1), "valid_until": None}
        yield TherapistLicence, {"therapist_id": number, "state": state, "number": "1", **valid}
    for facet, most in ((Facet.NEED, 4), (Facet.LANGUAGE, 2), (Facet.INSURANCE, 3)):
        for value in dice.sample(sorted(labels(facet)), most):
            yield TherapistFacet, {"therapist_id": number, "facet": facet, "value": value}
    for kind, (of_kind, minutes, step, after) in enumerate(SESSION_TYPES, start=1):
        yield (
            SessionType,
            {
                "id": number * 3 + kind,
                "therapist_id": number,
                "slug": of_kind.value,
                "kind": of_kind,
                "name": of_kind.value,
                "minutes": minutes,
                "step": step,
                "buffer_after": after,
                "modalities": [Modality.VIDEO.value, Modality.PHONE.value],
            },
        )
    yield from _sessions(number, dice, there, now)


def _therapist(number: int, dice: random.Random, there: str) -> Values:
    first = dice.choice(("Amara", "Ben", "Carla", "Dev", "Elena", "Farid", "Grace", "Hugo"))
    last = dice.choice(("Okafor", "Stone", "Reyes", "Patel", "Novak", "Haddad", "Lin", "Berg"))
    return {
        "id": number,
        "resource_id": number,
        "slug": f"{first}-{last}-{number}".lower(),
        "name": f"{first} {last}",
        "first_name": first,
        "credentials": "LCSW",
        "title": "Social worker",
        "pronouns": "",
        "email": f"t{number}@alder.example",
        "time_zone": there,
        "statement": "I help people slow racing thoughts and get sleep back.",
        "sliding_from_cents": 8000 if number % 3 == 0 else None,
        "gives_receipts": number % 2 == 0,
    }


def _sessions(
    number: int, dice: random.Random, there: str, now: datetime
) -> Iterator[tuple[type[Base], Values]]:
    """Yield sessions on the hour in the coming three weeks, no two at one time."""
    place = zone(there)
    for own, slot in enumerate(sorted(dice.sample(range(21 * 8), SESSIONS_EACH))):
        appointment_id = number * SESSIONS_EACH + own
        day = local_date(now, place) + timedelta(days=1 + slot // 8)
        starts = day_start(day, place) + timedelta(hours=9 + slot % 8)
        ends = starts + timedelta(minutes=50)
        yield Appointment, _appointment(appointment_id, number, there, starts, ends, now)
        yield (
            Claim,
            {
                "resource_id": number,
                "appointment_id": appointment_id,
                "from_at": starts,
                "until_at": ends + timedelta(minutes=10),
            },
        )


def _appointment(
    appointment_id: int,
    number: int,
    there: str,
    starts: datetime,
    ends: datetime,
    now: datetime,
) -> Values:
    return {
        "id": appointment_id,
        "hold_id": f"h{appointment_id}",
        "uid": f"u{appointment_id}",
        "therapist_id": number,
        "session_type_id": number * 3 + 3,
        "kind": Kind.INDIVIDUAL,
        "modality": Modality.VIDEO,
        "status": Status.CONFIRMED,
        "starts_at": starts,
        "ends_at": ends,
        "wall_starts": starts.astimezone(zone(there)).replace(tzinfo=None),
        "time_zone": there,
        "tzdata": TZDATA_VERSION,
        "buffer_before": 0,
        "buffer_after": 10,
        "price_cents": 14000,
        "cancel_hours": 24,
        "move_hours": 24,
        "late_fee_cents": 0,
        "created_at": now,
        "booked_at": now,
    }
