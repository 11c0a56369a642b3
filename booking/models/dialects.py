"""Everything that differs between SQLite and PostgreSQL, in one place.

SQLite is the embedded default: write-ahead log, `synchronous=FULL` (an acknowledged booking
survives a power cut), and `BEGIN IMMEDIATE` for every transaction that writes, so that what
it read still holds when it writes. PostgreSQL is for a practice on several machines.
"""

import math
import select
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

from booking.models.appointments import ONE_AT_A_TIME, ONE_PER_KEY, ONE_SEAT_EACH
from booking.models.series import ONE_SEAT_EACH_IN_SERIES

WRITING = "stillhour_writing"
BUSY_TIMEOUT_MS = 10_000
# SQLite's own 2 MB hold a small part of the indexes of a practice with years behind it.
CACHE_KB = 16_000
# A portion of a top-up alone writes more than SQLite's thousand pages, many of them again soon.
CHECKPOINT_PAGES = 8_000
# A server that stops says why before it hangs up.
_LAST_WORDS = 3
# A connection that was used so lately is looked at, not asked.
TRUSTED_FOR_S = 1.0
_USED_AT = "stillhour_used_at"

# Claims on one resource never overlap. So of those that start before the new one ends, the
# last to start is also the last to end, and looking at that one row is enough: the cost does
# not grow with the past.
_SQLITE_GUARD = """
CREATE TRIGGER {name} BEFORE {event} ON claim
WHEN (
    SELECT until_at FROM claim
    WHERE resource_id = NEW.resource_id AND from_at < NEW.until_at {but_itself}
    ORDER BY from_at DESC LIMIT 1
) > NEW.from_at
BEGIN SELECT RAISE(ABORT, '{constraint}'); END
"""

GUARD: dict[str, tuple[str, ...]] = {
    "sqlite": (
        _SQLITE_GUARD.format(
            name="claim_guard_insert", event="INSERT", but_itself="", constraint=ONE_AT_A_TIME
        ),
        _SQLITE_GUARD.format(
            name="claim_guard_update",
            event="UPDATE",
            but_itself="AND id <> OLD.id",
            constraint=ONE_AT_A_TIME,
        ),
    ),
    # A range of one integer stands for the equality, so that no extension is needed.
    "postgresql": (
        f"""
        ALTER TABLE claim ADD CONSTRAINT {ONE_AT_A_TIME} EXCLUDE USING gist (
            int4range(resource_id, resource_id, '[]') WITH =,
            tstzrange(from_at, until_at) WITH &&
        )
        """,
    ),
}
UNGUARD: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS claim_guard_insert",
        "DROP TRIGGER IF EXISTS claim_guard_update",
    ),
    "postgresql": (f"ALTER TABLE claim DROP CONSTRAINT IF EXISTS {ONE_AT_A_TIME}",),
}


def put_up_guard(connection: Connection) -> None:
    """Make the database refuse overlapping claims; doing it again changes nothing."""
    take_down_guard(connection)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def take_down_guard(connection: Connection) -> None:
    """Drop the guard: for migrations that rebuild the table, and for the race's control."""
    for statement in UNGUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


_POSTGRESQL = (
    "statement_timeout=15000",
    "lock_timeout=5000",
    "timezone=UTC",
    "default_transaction_read_only=on",
)


def engine_options(database_url: str) -> dict[str, object]:
    """Return what `create_engine` must be told for this database.

    An error of the database names no parameters: they are what people typed, and errors are
    logged.
    """
    if database_url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return {
        "hide_parameters": True,
        "pool_size": 8,
        "max_overflow": 8,
        "connect_args": {
            "connect_timeout": 5,
            "options": " ".join(f"-c {setting}" for setting in _POSTGRESQL),
        },
    }


def prepare_engine(engine: Engine) -> None:
    """Make reads read-only and writes serialised from their first statement."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        _refuse_the_dead(engine)
        event.listen(engine, "begin", _begin_postgresql)


class _DriverConnection(Protocol):
    isolation_level: str | None

    def execute(self, statement: str) -> object: ...


def _open_sqlite(connection: _DriverConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


class _Wire(Protocol):
    socket: int

    def consume_input(self) -> None: ...


class _PostgresConnection(Protocol):
    pgconn: _Wire


class _Record(Protocol):
    info: dict[str, float]


def _refuse_the_dead(engine: Engine) -> None:
    """Have the pool open another connection where the server has closed one meanwhile.

    `pool_pre_ping` would ask the server each time, which costs every request a round trip. A
    connection used a moment ago is only looked at: a server that goes away says so by itself,
    and until then there is nothing to be read. One that idled for longer is asked.
    """
    gone: type[Exception] = engine.dialect.loaded_dbapi.OperationalError

    def look(connection: _PostgresConnection, record: _Record, _proxy: object) -> None:
        try:
            if perf_counter() - record.info.get(_USED_AT, -math.inf) > TRUSTED_FOR_S:
                engine.dialect.do_ping(connection)  # type: ignore[arg-type]  # as the pool does
            _hear(connection.pgconn)
        except (OSError, gone) as error:
            raise DisconnectionError("the server has gone") from error

    def note(_connection: _PostgresConnection, record: _Record) -> None:
        record.info[_USED_AT] = perf_counter()

    event.listen(engine, "checkout", look)
    event.listen(engine, "checkin", note)


def _hear(wire: _Wire) -> None:
    """Take in what the server said unasked; raise what the driver raises if it hung up."""
    poll = select.poll()
    poll.register(wire.socket, select.POLLIN)
    for _ in range(_LAST_WORDS):
        if not poll.poll(0):
            return
        wire.consume_input()


def _begin_sqlite(connection: Connection) -> None:
    # Said to the driver itself, and the first only when it changes: every request begins here.
    writing = connection.get_execution_options().get(WRITING, False)
    driver = connection.connection.driver_connection
    if driver is None:
        return
    if connection.info.get(WRITING) is not writing:
        driver.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info[WRITING] = writing
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Begin nothing for who only reads: READ COMMITTED gives each statement a view of its own
    anyhow, so BEGIN and ROLLBACK would be two round trips for nothing.

    Read-only is the connection's default; what writes says otherwise with its BEGIN.
    """
    driver = connection.connection.dbapi_connection
    if driver is not None:
        writing = connection.get_execution_options().get(WRITING, False)
        driver.autocommit = not writing
        driver.read_only = False if writing else None


def begin_writing(session: Session) -> None:
    """Begin the session's transaction as one that writes. It must not have begun yet."""
    session.connection(execution_options={WRITING: True})


def put(session: Session, table: type[DeclarativeBase], rows: Sequence[dict[str, object]]) -> None:
    """Add `rows`, or overwrite those of the same primary key, as one statement each.

    Of two transactions that put the same row at once, the second waits and overwrites. Rows
    that both put must come in the same order, or each may wait for the other.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert(table) if on_sqlite else postgresql_insert(table)
    key = [column.name for column in table.__table__.primary_key]
    rest = {c.name: insert.excluded[c.name] for c in table.__table__.columns if c.name not in key}
    session.execute(insert.on_conflict_do_update(index_elements=key, set_=rest), list(rows))


def broken_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that was broken, or what the driver says of it."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(getattr(diagnosis, "constraint_name", "") or "")
    said = str(error.orig)
    for name, columns in _SQLITE_UNIQUE.items():
        if columns in said:
            return name
    return said


# SQLite names the columns of a broken unique constraint, not the constraint.
_SQLITE_UNIQUE = {
    ONE_SEAT_EACH: "participant.appointment_id, participant.seat",
    ONE_SEAT_EACH_IN_SERIES: "series_member.series_id, series_member.seat",
    ONE_PER_KEY: "idempotency_key.route, idempotency_key.key",
}

_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT = "40P01", "40001", "55P03"


def may_try_again(error: DBAPIError) -> bool:
    """Return whether the same transaction, run anew, may well succeed: deadlock or busy."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in {_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT}


@contextmanager
def begin_writing_on(connection: Connection) -> Iterator[Connection]:
    """Begin a migration's transaction on `connection`; commit at the end, or roll back.

    On SQLite foreign keys are off meanwhile: a batch migration drops and renames tables, and
    what hangs from them must not go with them. They are checked before the commit.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _pragma(connection, "foreign_keys=OFF")
    connection = connection.execution_options(**{WRITING: True})
    try:
        with connection.begin():
            yield connection
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration left rows that point nowhere")
    finally:
        if sqlite:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, pragma: str) -> None:
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.cursor().execute(f"PRAGMA {pragma}")  # outside any transaction, or it does nothing
