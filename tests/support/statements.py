"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from booking.models import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements of a block, but for the pragmas and the BEGIN of a transaction."""
    said: list[str] = []

    def note(*about: object) -> None:
        statement = str(about[2])
        if not statement.startswith(("PRAGMA", "BEGIN")):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
