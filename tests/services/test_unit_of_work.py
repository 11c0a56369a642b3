"""One transaction: done again when the database was busy, passed through when it was a bug."""

import sqlite3

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from booking.models import AuditEntry, Practice, db
from booking.services.audit import SYSTEM, record
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("practice")


class Deadlock(Exception):
    """As psycopg raises it."""

    sqlstate = "40P01"


BUSY = OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))
DEADLOCK = OperationalError("UPDATE", {}, Deadlock())
AWAY = OperationalError("SELECT", {}, Exception("connection refused"))


def acts() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(AuditEntry)).one()


class Work:
    """Writes one row, and then fails as it is told to, once for every error given."""

    def __init__(self, *errors: DBAPIError) -> None:
        self.errors = list(errors)
        self.tries = 0

    def __call__(self, session: Session) -> int:
        self.tries += 1
        record(session, "tried", ("practice", 1), actor=SYSTEM, now=NOW)
        session.flush()
        if self.errors:
            raise self.errors.pop(0)
        return self.tries


@pytest.mark.parametrize("error", [BUSY, DEADLOCK])
def test_what_a_busy_database_refused_is_done_once_more(app: Flask, error: DBAPIError) -> None:
    before = acts()

    assert unit_of_work(Work(error)) == 2

    assert acts() == before + 1


@pytest.mark.parametrize(("errors", "tries"), [([BUSY, BUSY], 2), ([AWAY], 1)])
def test_it_is_not_done_for_ever_nor_where_it_is_no_use(
    app: Flask, errors: list[DBAPIError], tries: int
) -> None:
    before, work = acts(), Work(*errors)

    with pytest.raises(OperationalError):
        unit_of_work(work)

    assert work.tries == tries
    assert acts() == before


def test_a_broken_constraint_that_is_no_rule_passes_through(app: Flask) -> None:
    before = acts()

    def second_practice(session: Session) -> None:
        record(session, "tried", ("practice", 2), actor=SYSTEM, now=NOW)
        values = {"id": 2, "name": "A", "outside_name": "A", "time_zone": "UTC", "phone": "+1"}
        session.execute(insert(Practice).values(values))

    with pytest.raises(IntegrityError):
        unit_of_work(second_practice)

    assert acts() == before
