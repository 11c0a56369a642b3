"""How a revision is run: one at a time, with foreign keys off around SQLite's table copies,
under timeouts on PostgreSQL, and with the guard on claims put up again at the end."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, text

from booking.models import Base
from booking.models.dialects import begin_writing_on, put_up_guard

_ONE_AT_A_TIME = 7_141_105
config = context.config


def _engine() -> Engine:
    engine: Engine = current_app.extensions["migrate"].db.engine
    return engine


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text("SET LOCAL statement_timeout = '15min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _ONE_AT_A_TIME})
        context.run_migrations()
        # A batch migration copies the table and drops its triggers with the old one.
        if connection.dialect.has_table(connection, "claim"):
            put_up_guard(connection)


def run_online() -> None:
    """Run the revisions on the application's own database."""
    with _engine().connect() as plain, begin_writing_on(plain) as connection:
        _run(connection)


if context.is_offline_mode():
    raise SystemExit("run migrations against a database")
run_online()
