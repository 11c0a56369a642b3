"""Rows written straight into their tables, few or many, keep their order and their values."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from booking.domain.messages import Channel, MessageKind
from booking.models import AuditEntry, Message, Participant, db
from booking.services.audit import SYSTEM, entry, record_each
from booking.services.rows import MANY, Values, add_rows, add_rows_and_tell
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("practice")

FEW_AND_MANY = pytest.mark.parametrize("number", [MANY - 1, MANY, 5 * MANY])


def acts(number: int) -> list[dict[str, object]]:
    """Entries about 1, 2, 3 …, each a minute after the one before."""
    return [
        entry("looked", ("series", n), actor=SYSTEM, now=NOW + timedelta(minutes=n), page=n)
        for n in range(number)
    ]


def mail(number: int) -> Values:
    return {
        "public_id": f"public-{number}",
        "dedupe_key": f"once-{number}",
        "action": "act",
        "kind": MessageKind.REMINDER,
        "channel": Channel.EMAIL,
        "address": "someone@example.com",
        "due_at": NOW,
        "stale_at": NOW + timedelta(hours=1),
        "created_at": NOW,
    }


@FEW_AND_MANY
def test_ids_come_in_the_order_of_their_rows(number: int) -> None:
    ids = unit_of_work(lambda session: add_rows_and_tell(session, AuditEntry, acts(number)))

    about = [db.session.get_one(AuditEntry, key).subject_id for key in ids]
    assert about == list(range(number))


@FEW_AND_MANY
def test_values_are_kept_as_they_are_given(number: int) -> None:
    unit_of_work(lambda session: record_each(session, acts(number)))

    columns = (AuditEntry.at, AuditEntry.actor_id, AuditEntry.detail)
    found = db.session.execute(select(*columns).order_by(AuditEntry.subject_id)).all()
    expected: list[tuple[datetime, None, dict[str, int]]] = [
        (NOW + timedelta(minutes=n), None, {"page": n}) for n in range(number)
    ]
    assert [tuple(row) for row in found] == expected


@FEW_AND_MANY
def test_a_column_left_out_takes_its_default(number: int) -> None:
    unit_of_work(lambda session: add_rows(session, Message, [mail(n) for n in range(number)]))

    found = db.session.scalars(select(Message)).all()
    assert [(m.state.value, m.attempts, m.facts, m.sent_to) for m in found] == [
        ("due", 0, {}, None)
    ] * number


def test_no_rows_have_no_ids() -> None:
    assert unit_of_work(lambda session: add_rows_and_tell(session, Participant, [])) == []


def test_many_rows_are_one_statement_that_does_not_grow() -> None:
    said = []
    for number in (MANY, 9 * MANY):
        with statements() as sent:
            unit_of_work(partial(record_each, entries=acts(number)))
        said.append([each for each in sent if "audit_entry" in each])

    if db.engine.dialect.name == "postgresql":
        assert said[0] == said[1]
    assert [len(each) for each in said] == [1, 1]
