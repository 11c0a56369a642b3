"""The beat table and how Celery is set up, in both modes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery, schedules
from flask import Flask

from app import create_app
from tests.databases import settings_for
from workers.celery_app import EMBEDDED, VISIBLE_AGAIN_S
from workers.schedule import schedule

REDIS = "redis://127.0.0.1:1/0"


def made(folder: Path, **env: str) -> Flask:
    return create_app(settings_for(f"sqlite:///{folder}/x.sqlite3", folder, **env))


@pytest.fixture(params=["", REDIS], ids=["embedded", "redis"])
def celery(request: pytest.FixtureRequest, tmp_path: Path) -> Celery:
    app: Celery = made(tmp_path, REDIS_URL=request.param).extensions["celery"]
    app.loader.import_default_modules()
    return app


def test_every_entry_of_the_beat_table_is_a_known_task(celery: Celery) -> None:
    tasks = {str(entry["task"]) for entry in celery.conf.beat_schedule.values()}

    assert tasks <= set(celery.tasks)
    assert "workers.messages.sweep" in tasks


def test_every_task_is_named_for_its_module(celery: Celery) -> None:
    ours = [task for name, task in celery.tasks.items() if not name.startswith("celery.")]

    assert ours
    for task in ours:
        assert task.name == f"{task.run.__module__}.{task.run.__name__}"


def test_c3_beat_counts_intervals_in_utc(celery: Celery) -> None:
    assert str(celery.conf.timezone) == "UTC"
    assert celery.conf.enable_utc
    for entry in celery.conf.beat_schedule.values():
        assert isinstance(entry["schedule"], float | int)


@pytest.mark.parametrize("month", [3, 11])
def test_c3_no_change_of_clocks_makes_a_gap_or_a_double(celery: Celery, month: int) -> None:
    """On both days on which clocks change in New York, beat is due once an interval."""
    began = now = datetime(2026, month, 8 if month == 3 else 1, tzinfo=UTC)
    every = schedules.schedule(60.0, nowfun=lambda: now, app=celery)
    last, runs = now, 0
    while now < began + timedelta(days=1):
        now += timedelta(seconds=30)
        if every.is_due(last).is_due:
            assert now - last == timedelta(seconds=60)
            last, runs = now, runs + 1

    assert runs == 24 * 60


def test_the_sweep_comes_as_often_as_the_settings_say(tmp_path: Path) -> None:
    settings = settings_for("sqlite://", tmp_path, SWEEP_SECONDS="0.5")

    assert schedule(settings)["send what is due"]["schedule"] == 0.5


def test_nothing_queued_outlives_its_use(celery: Celery) -> None:
    for entry in celery.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= max(entry["schedule"], 1)


def test_a_task_lost_with_its_worker_is_handed_out_again(celery: Celery) -> None:
    conf = celery.conf

    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit < VISIBLE_AGAIN_S
    assert conf.accept_content == ["json"]


def test_only_without_redis_is_there_a_worker_inside(tmp_path: Path) -> None:
    assert made(tmp_path).extensions[EMBEDDED] is not None
    assert made(tmp_path, REDIS_URL=REDIS).extensions[EMBEDDED] is None
