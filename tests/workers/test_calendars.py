"""The worker's way from a calendar that is due to busy time, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask

from booking.models import OutsideBusy, OutsideCalendar, db
from booking.services.calendars.adapters import busy_calendars
from booking.services.parts import EXTENSION, Parts
from tests.factories import MONDAY_9AM, NOW
from tests.services.calendars.outside import amara_connects
from tests.support.http import Says, Site, serving
from tests.support.parties import rows
from workers import calendars

pytestmark = [pytest.mark.usefixtures("practice"), pytest.mark.one_database]

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20300304T140000Z\r\n"
    b"DURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(lambda _asked: Says(CALENDAR)) as running:
        yield running


@pytest.fixture
def trusting(app: Flask, parts: Parts) -> Parts:
    """The application, which may read from this machine; the fixture `app` puts it back."""
    settings = replace(parts.settings, calendar_hosts=frozenset({"127.0.0.1"}))
    app.extensions[EXTENSION] = replace(
        parts, settings=settings, calendars=busy_calendars(settings)
    )
    found: Parts = app.extensions[EXTENSION]
    return found


def test_a_sweep_queues_what_is_due_and_each_is_read(
    app: Flask, trusting: Parts, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    amara_connects(trusting, site.url())
    queued: list[tuple[tuple[int], int]] = []
    queue = SimpleNamespace(apply_async=lambda args, expires: queued.append((args, expires)))
    # The tasks of this application: shared ones belong to whichever was made last.
    celery = app.extensions["celery"]
    celery.loader.import_default_modules()
    sweep, read = (celery.tasks[f"workers.calendars.{name}"] for name in ("sweep", "read"))
    monkeypatch.setattr(calendars, "read", queue)
    db.session.remove()

    with time_machine.travel(NOW, tick=False):
        sweep()
        [(args, expires)] = queued
        read(*args)
        queued.clear()
        sweep()

    assert expires > 0
    assert queued == []
    assert [row.from_at for row in rows(OutsideBusy)] == [MONDAY_9AM]
    assert rows(OutsideCalendar)[0].read_at == NOW
