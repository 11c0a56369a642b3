"""What each kind of database is told, seen from what it then does."""

from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking.models import Practice, db, dialects
from booking.models.dialects import CACHE_KB, begin_writing
from tests import factories

FULL = 2


def rename(session: Session) -> None:
    session.execute(update(Practice).values(name="Birch Street"))


def test_a_commit_on_sqlite_waits_for_the_disk(own_app: Callable[[str], Flask]) -> None:
    with own_app("sqlite").app_context():
        said = {
            name: db.session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("synchronous", "journal_mode", "foreign_keys", "cache_size")
        }
        db.session.remove()
        db.engine.dispose()

    expected = {"synchronous": FULL, "journal_mode": "wal", "foreign_keys": 1}
    assert said == {**expected, "cache_size": -CACHE_KB}


def test_what_only_reads_cannot_write_whatever_was_done_before_on_its_connection(
    app: Flask,
) -> None:
    factories.practice()
    session = db.session()
    for _ in range(2):  # by turns on one connection
        begin_writing(session)
        rename(session)
        session.commit()

        with pytest.raises(DBAPIError, match="read"):
            rename(session)
        session.rollback()

    assert session.scalars(select(Practice.name)).one() == "Birch Street"


@pytest.mark.parametrize("trusted_for_s", [3600, 0], ids=["used just now", "idle for long"])
def test_a_connection_the_server_ended_is_not_handed_out(
    own_app: Callable[[str], Flask], monkeypatch: pytest.MonkeyPatch, trusted_for_s: int
) -> None:
    monkeypatch.setattr(dialects, "TRUSTED_FOR_S", trusted_for_s)
    app = own_app("postgresql")
    with app.app_context():
        for _ in range(2):
            before = _backend()
            _end(str(app.config["SQLALCHEMY_DATABASE_URI"]), before)
            assert _backend() != before
        db.engine.dispose()


def _backend() -> int:
    backend: int = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    db.session.remove()
    return backend


def _end(url: str, backend: int) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        ended = connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend]).fetchone()
    assert ended == (True,)
