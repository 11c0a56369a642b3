"""Two processes that keep the same summary of openings at once: neither fails."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_ident

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from booking.domain.lifecycle import Kind
from booking.models import NextOpenings, SessionType, db
from booking.models.dialects import WRITING
from booking.services.directory import refresh_summaries
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("practice")

BEGINS = ("BEGIN IMMEDIATE", "INSERT INTO next_openings")
PATIENCE_S = 10


def kept() -> dict[int, NextOpenings]:
    db.session.rollback()
    return {row.session_type_id: row for row in db.session.scalars(select(NextOpenings))}


def test_a_summary_kept_by_another_meanwhile_is_overwritten(app: Flask) -> None:
    """The other has put its row and not committed: who comes second waits, and then writes."""
    first = db.session.scalars(select(SessionType.id).filter_by(kind=Kind.CONSULTATION)).one()
    db.session.rollback()
    waits = Event()
    main_thread = get_ident()

    def notice(*args: object) -> None:
        if get_ident() != main_thread and str(args[2]).startswith(BEGINS):
            waits.set()

    def refresh() -> int:
        with app.app_context():
            return refresh_summaries(now=NOW)

    theirs = {"session_type_id": first, "diary_version": 0, "computed_at": NOW, "starts": []}
    writer = db.engine.execution_options(**{WRITING: True})
    event.listen(db.engine, "before_cursor_execute", notice)
    try:
        with ThreadPoolExecutor(1) as pool:
            with writer.begin() as other:
                other.execute(insert(NextOpenings), theirs)
                second = pool.submit(refresh)
                assert waits.wait(PATIENCE_S)
            assert second.result(PATIENCE_S) == len(kept()) > 1
    finally:
        event.remove(db.engine, "before_cursor_execute", notice)

    assert kept()[first].diary_version > 0
    assert kept()[first].starts


def test_keeping_it_again_leaves_one_row_of_each(app: Flask) -> None:
    made = refresh_summaries(now=NOW)
    first = {number: row.starts for number, row in kept().items()}

    refresh_summaries(now=NOW)

    assert len(first) == made > 0
    assert {number: row.starts for number, row in kept().items()} == first
