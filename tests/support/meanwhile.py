"""What two do at the same time: to the same row, or after both have looked at the same rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_ident
from types import ModuleType
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import Executable, event

from booking.models import db
from booking.models.dialects import WRITING

PATIENCE_S = 10
T = TypeVar("T")


def while_another_writes(
    app: Flask, theirs: Executable, work: Callable[[], T], *, waits_at: str
) -> T:
    """Do `work` while another transaction has done `theirs`, which then commits; return what came.

    The other commits once `work` comes to the statement that starts with `waits_at`; on SQLite
    once it begins, since there it waits before its first statement.
    """
    waits, this_thread = Event(), get_ident()

    def notice(*args: object) -> None:
        if get_ident() != this_thread and str(args[2]).startswith(waits_at):
            waits.set()

    def inside() -> T:
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                waits.set()
            return work()

    event.listen(db.engine, "before_cursor_execute", notice)
    try:
        with ThreadPoolExecutor(1) as pool:
            with db.engine.execution_options(**{WRITING: True}).begin() as other:
                other.execute(theirs)
                second = pool.submit(inside)
                assert waits.wait(PATIENCE_S)
            return second.result(PATIENCE_S)
    finally:
        event.remove(db.engine, "before_cursor_execute", notice)


def before_it_writes(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    happens: Callable[[], object],
    *,
    after: int = 0,
) -> None:
    """Let something happen once: after `module` has looked, and before it locks what it found.

    `after` is how many transactions of its own `module` does first.
    """
    unit_of_work = module.unit_of_work
    still_to_come: list[Callable[[], object]] = [happens, *[lambda: None] * after]

    def later(work: Callable[..., object]) -> object:
        if still_to_come:
            still_to_come.pop()()
        return unit_of_work(work)

    monkeypatch.setattr(module, "unit_of_work", later)
