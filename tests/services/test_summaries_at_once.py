"""Two processes that keep the same summary of openings at once: neither fails."""

import pytest
from flask import Flask
from sqlalchemy import insert, select

from booking.domain.lifecycle import Kind
from booking.models import NextOpenings, SessionType, db
from booking.services.directory import refresh_summaries
from tests.factories import NOW
from tests.support.meanwhile import while_another_writes

pytestmark = pytest.mark.usefixtures("practice")


def kept() -> dict[int, NextOpenings]:
    db.session.rollback()
    return {row.session_type_id: row for row in db.session.scalars(select(NextOpenings))}


def test_a_summary_kept_by_another_meanwhile_is_overwritten(app: Flask) -> None:
    """The other has put its row and not committed: who comes second waits, and then writes."""
    first = db.session.scalars(select(SessionType.id).filter_by(kind=Kind.CONSULTATION)).one()
    db.session.rollback()
    row = {"session_type_id": first, "diary_version": 0, "computed_at": NOW, "starts": []}

    made = while_another_writes(
        app,
        insert(NextOpenings).values(row),
        lambda: refresh_summaries(now=NOW),
        waits_at="INSERT INTO next_openings",
    )

    assert made == len(kept()) > 1
    assert kept()[first].diary_version > 0
    assert kept()[first].starts


def test_keeping_it_again_leaves_one_row_of_each(app: Flask) -> None:
    made = refresh_summaries(now=NOW)
    first = {number: row.starts for number, row in kept().items()}

    refresh_summaries(now=NOW)

    assert len(first) == made > 0
    assert {number: row.starts for number, row in kept().items()} == first
