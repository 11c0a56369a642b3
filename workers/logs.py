"""What Celery says of its work: that it runs, and what went wrong, by kind and place alone."""

import logging

from celery.signals import setup_logging

_EVERY_TICK = "Scheduler: Sending due task"


def quieten() -> None:
    """Leave logging as the application set it up, and keep Celery from logging every tick."""
    setup_logging.connect(_as_it_is, weak=False)
    logging.getLogger("celery").setLevel(logging.INFO)
    for name in ("celery.worker.strategy", "celery.app.trace", "celery.utils.functional"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("celery.beat").addFilter(_is_no_tick)
    logging.getLogger("celery.app.trace").addFilter(_name_only)


def _as_it_is(**_ignored: object) -> None:
    """Celery sets no logging up where somebody answers this signal."""


def _is_no_tick(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_EVERY_TICK)


def _name_only(record: logging.LogRecord) -> bool:
    # The words of an error may hold a name or a number; its kind and place come from exc_info.
    if isinstance(record.args, dict):
        record.msg, record.args = f"task failed: {record.args.get('name', '?')}", None
    return True
