"""Celery, bound to the Flask application."""

from celery import Celery, Task
from flask import Flask

from booking.config import Settings


def init(app: Flask, settings: Settings) -> None:
    """Make Celery run every task inside `app`'s context; keep it as an extension."""

    class AppContextTask(Task):  # type: ignore[type-arg]  # generic only in the stubs
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.import_name, task_cls=AppContextTask)
    celery.conf.update(broker_url=settings.redis_url or "memory://", task_ignore_result=True)
    celery.set_default()
    app.extensions["celery"] = celery
