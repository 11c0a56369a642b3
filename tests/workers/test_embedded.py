"""Worker and beat inside one process, on a queue in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask

from booking.clock import utcnow
from booking.models import db
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.databases import migrated, settings_for
from tests.support.mail import MailSpy
from tests.support.processes import wait_until
from workers.celery_app import EMBEDDED

SOON_S = 20


@pytest.fixture
def mail() -> MailSpy:
    return MailSpy()


@pytest.fixture
def running(tmp_path: Path, mail: MailSpy) -> Iterator[Flask]:
    settings = settings_for(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path, SWEEP_SECONDS="0.1")
    app = migrated(settings)
    parts: Parts = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(parts, mail=mail)
    yield app
    with app.app_context():
        db.engine.dispose()


def book_now(app: Flask) -> None:
    """Book a time a few days from today, since the tasks live by the real clock."""
    from booking.services.booking import book  # noqa: PLC0415

    with app.app_context():
        factories.practice()
        amara = factories.amara()
        for weekday in (5, 6):
            factories.weekly(amara, weekday=weekday)
        now = utcnow()
        day = (now + timedelta(days=3)).replace(hour=16, minute=0, second=0, microsecond=0)
        book(
            factories.wish(starts_at=day),
            key=factories.key(),
            parts=app.extensions[EXTENSION],
            now=now,
        )


def test_a_booking_is_told_without_any_other_process(running: Flask, mail: MailSpy) -> None:
    embedded = running.extensions[EMBEDDED]()
    try:
        book_now(running)

        wait_until(lambda: len(mail.sent) == 2, SOON_S, "both mails")
    finally:
        embedded.stop()

    assert not embedded.is_alive


def test_what_was_owed_before_the_start_is_sent_after_it(running: Flask, mail: MailSpy) -> None:
    book_now(running)
    embedded = running.extensions[EMBEDDED]()
    try:
        wait_until(lambda: len(mail.sent) == 2, SOON_S, "both mails")
    finally:
        embedded.stop()

    assert len(mail.sent) == 2


def test_it_stops_cleanly_and_at_once(running: Flask, mail: MailSpy) -> None:
    book_now(running)
    embedded = running.extensions[EMBEDDED]()
    wait_until(lambda: len(mail.sent) == 2, SOON_S, "it is at work")

    began = monotonic()
    embedded.stop()

    assert monotonic() - began < 2
    assert not embedded.is_alive
    embedded.stop()
