"""Celery, bound to the Flask application: the same tasks in both modes."""

from functools import partial

from celery import Celery, Task
from flask import Flask

from booking.config import Settings
from workers import embedded, logs
from workers.schedule import schedule

# With a host, or kombu warns that it was given none.
MEMORY = "memory://localhost//"
EMBEDDED = "embedded"
# Redis hands a task out again after so long without an acknowledgement; the limits on a
# task end well before.
VISIBLE_AGAIN_S = 3600
TASK_LIMIT_S, TASK_SOFT_LIMIT_S = 300, 240


def init(app: Flask, settings: Settings) -> None:
    """Make Celery run every task inside `app`'s context; keep it as an extension.

    Without Redis, `app.extensions["embedded"]` starts worker and beat inside this process.
    """

    class AppContextTask(Task):  # type: ignore[type-arg]  # generic only in the stubs
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    if settings.redis_url:
        from workers import broker  # noqa: PLC0415  # loads Redis, which not everybody has

        broker.mend()
    celery = Celery(app.import_name, task_cls=AppContextTask, set_as_current=False)
    celery.conf.update(_configuration(settings))
    celery.set_default()
    logs.quieten()
    app.extensions["celery"] = celery
    app.extensions[EMBEDDED] = None if settings.redis_url else partial(embedded.start, app)


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "broker_url": settings.redis_url or MEMORY,
        "broker_transport_options": _transport_options(settings),
        "broker_connection_retry_on_startup": True,
        "imports": ("workers.calendars", "workers.messages", "workers.upkeep"),
        "beat_schedule": schedule(settings),
        "timezone": "UTC",
        "enable_utc": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": TASK_LIMIT_S,
        "task_soft_time_limit": TASK_SOFT_LIMIT_S,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        # Nothing of ours talks to workers, but its channel is how one learns that Redis went
        # away while it waits for nothing else: with all it may fetch unacknowledged, it would
        # wait for ever.
        "worker_enable_remote_control": settings.redis_url is not None,
        "worker_send_task_events": False,
    }


def _transport_options(settings: Settings) -> dict[str, object]:
    if settings.redis_url is None:
        return {"polling_interval": 0.05}
    return {
        "visibility_timeout": VISIBLE_AGAIN_S,
        "socket_connect_timeout": 3,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
