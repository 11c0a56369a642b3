"""New zone data and a client we know: their own time follows too."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.models import Appointment, Claim, Person, db
from booking.services.identity import prove_address
from booking.services.parts import Parts
from booking.services.zone_changes import follow_zone_data
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import booked, change

pytestmark = pytest.mark.usefixtures("practice")


def test_the_clients_own_time_follows_the_appointment(parts: Parts) -> None:
    made = booked(parts)
    prove_address(made.participant_id, now=NOW)
    minutes = timedelta(minutes=15)
    wrong = {"starts_at": MONDAY_9AM + HOUR, "ends_at": MONDAY_9AM + HOUR + minutes}
    change(Appointment, made.appointment_id, tzdata="2019a", **wrong)

    assert follow_zone_data(now=NOW).moved == 1

    db.session.rollback()
    client = db.session.scalars(select(Person.resource_id)).one()
    claims = db.session.scalars(select(Claim).filter_by(resource_id=client)).all()
    assert [(claim.from_at, claim.until_at) for claim in claims] == [
        (MONDAY_9AM, MONDAY_9AM + minutes)
    ]
