"""Each task of upkeep does what it is named for, in the application it belongs to."""

import logging

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from booking.domain.lifecycle import Modality, Status
from booking.domain.messages import MessageState
from booking.models import Appointment, CostEstimate, IdempotencyKey, Message, NextOpenings, db
from booking.services.booking import book
from booking.services.holds import Choice, hold
from booking.services.lost_links import ask_for_links
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import change
from workers import logs

pytestmark = pytest.mark.usefixtures("practice")

CHOICE = Choice("amara", "session", MONDAY_9AM, Modality.VIDEO, "NY")


def run(app: Flask, task: str) -> None:
    """Run the task of that name two days on."""
    celery = app.extensions["celery"]
    celery.loader.import_default_modules()
    db.session.remove()
    with time_machine.travel(NOW + 48 * HOUR, tick=False):
        celery.tasks[f"workers.upkeep.{task}"]()
    db.session.rollback()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def test_holds_end_and_what_was_typed_goes(app: Flask, parts: Parts) -> None:
    hold(CHOICE, {"note": "x"}, parts=parts, now=NOW)

    run(app, "let_go")
    run(app, "erase_drafts")

    left = db.session.scalars(select(Appointment)).one()
    assert (left.status, left.draft) == (Status.EXPIRED, None)


def test_old_keys_go(app: Flask, parts: Parts) -> None:
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    assert count(IdempotencyKey) == 1

    run(app, "forget_keys")

    assert count(IdempotencyKey) == 0


def test_the_directory_is_computed(app: Flask) -> None:
    assert count(NextOpenings) == 0

    run(app, "refresh_directory")

    assert count(NextOpenings) > 0


def test_addresses_that_strangers_typed_go(app: Flask) -> None:
    ask_for_links("stranger@example.org", now=NOW)
    message = db.session.scalars(select(Message.id)).one()
    change(Message, message, state=MessageState.DROPPED)

    run(app, "forget_typed_addresses")

    assert db.session.get_one(Message, message).address == ""


def test_appointments_follow_the_clocks(app: Flask, parts: Parts) -> None:
    made = book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    change(Appointment, made.appointment_id, tzdata="2019a")

    run(app, "follow_zone_data")

    assert db.session.get_one(Appointment, made.appointment_id).tzdata != "2019a"


def test_estimates_are_owed(app: Flask, parts: Parts) -> None:
    wish = factories.wish(session_type="session", starts_at=MONDAY_9AM + 335 * HOUR)
    book(wish, key=factories.key(), parts=parts, now=NOW)

    run(app, "owe_estimates")

    assert count(CostEstimate) == 1


def test_a_task_that_failed_is_logged_by_its_name_alone() -> None:
    """Celery's own words hold the arguments and what the error said."""
    record = logging.LogRecord(
        "celery.app.trace", logging.ERROR, "", 1, "%(name)s %(exc)s", (), None
    )
    record.args = {"name": "workers.messages.deliver", "exc": "sam@example.org", "args": "[17]"}

    assert logs._name_only(record)

    assert record.getMessage() == "task failed: workers.messages.deliver"


@pytest.mark.parametrize(
    ("message", "kept"), [("Scheduler: Sending due task x", False), ("beat: Starting...", True)]
)
def test_ticks_are_not_logged(message: str, kept: bool) -> None:
    record = logging.LogRecord("celery.beat", logging.INFO, "", 1, message, (), None)

    assert logs._is_no_tick(record) is kept
