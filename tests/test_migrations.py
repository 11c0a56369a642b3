"""The migrations make what the models say, on both databases, and keep what was there."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Inspector,
    MetaData,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError

from app import create_app
from booking.models import Base, db
from booking.models.dialects import WRITING
from tests.databases import DIALECTS, settings_for
from tests.factories import HOUR, MONDAY_9AM, NOW

FIRST = "0001"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_is_left_for_a_migration_to_do(
    own_app: Callable[[str], Flask], dialect: str
) -> None:
    with own_app(dialect).app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_server_default": True})
            left = compare_metadata(context, Base.metadata)
            checks = checks_in(inspect(connection))
        db.engine.dispose()

    assert left == []
    assert sorted(checks) == sorted(checks_wanted())


def test_a_practice_of_the_first_tables_keeps_its_rows_and_its_guard(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/old.sqlite3", tmp_path))
    with app.app_context():
        upgrade(revision=FIRST)
        with db.engine.execution_options(**{WRITING: True}).begin() as connection:
            fill(connection)
            before = counts(connection)

        upgrade()

        with db.engine.execution_options(**{WRITING: True}).connect() as connection:
            assert before
            account = Base.metadata.tables["staff_account"]
            opened = connection.execute(select(account.c.email_key, account.c.therapist_id)).all()
            assert opened == [("x", 1)]
            assert counts(connection).items() >= before.items()
            overlap: dict[str, object] = {
                "resource_id": 1,
                "appointment_id": 1,
                "from_at": MONDAY_9AM,
            }
            overlap["until_at"] = MONDAY_9AM + HOUR
            with pytest.raises(IntegrityError):
                connection.execute(insert(Base.metadata.tables["claim"]).values(overlap))
        db.engine.dispose()


def fill(connection: Connection) -> None:
    """Write one row into each table that the second revision copies, and what those need."""
    tables = MetaData()
    tables.reflect(connection)
    when = {"starts_at": MONDAY_9AM, "ends_at": MONDAY_9AM + HOUR}
    rows: dict[str, dict[str, object]] = {
        "practice": {},
        "resource": {},
        "person": {},
        "therapist": {"resource_id": 1},
        "session_type": {"minutes": 50, "step": 60, "modalities": ["video"]},
        "appointment": {"status": "confirmed", **when},
        "participant": {"status": "attending"},
        "claim": {"from_at": MONDAY_9AM, "until_at": MONDAY_9AM + HOUR},
        "message": {"due_at": NOW, "stale_at": NOW + HOUR, "participant_id": 1, "facts": {}},
        "idempotency_key": {},
    }
    for name, told in rows.items():
        table = tables.tables[name]
        row = {c.name: value_for(c.type.python_type) for c in table.columns if not c.nullable}
        row.update(told)
        for column, value in row.items():
            if isinstance(value, datetime):  # these tables know nothing of our column types
                row[column] = value.replace(tzinfo=None)
        connection.execute(insert(table), row)


def value_for(kind: type[object]) -> object:
    """Return something of that type that no check objects to; 1 where it points to a row."""
    made: dict[type[object], object] = {int: 1, str: "x", bool: True, dict: {}, bytes: b""}
    return made.get(kind, NOW)


def counts(connection: Connection) -> dict[str, int]:
    tables = MetaData()
    tables.reflect(connection)
    rows = {name: select(func.count()).select_from(t) for name, t in tables.tables.items()}
    return {name: connection.scalars(query).one() for name, query in rows.items()} | {
        "alembic_version": 1
    }


def checks_in(inspector: Inspector) -> list[str]:
    """Return the named checks of all tables."""
    return [
        str(check["name"])
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    ]


def checks_wanted() -> set[str]:
    return {
        str(check.name)
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint) and check.name
    }
