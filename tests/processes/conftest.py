"""Sites for the tests that run the service in processes of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from booking.models import db
from tests.processes.site import Site, practice

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(own_app: Callable[[str], Flask], tmp_path: Path) -> Iterator[MakeSite]:
    """Make a practice on an empty database of its own; `more` is put into the environment."""
    apps: list[Flask] = []

    def make(dialect: str, **more: str) -> Site:
        apps.append(own_app(dialect))
        return practice(apps[-1], tmp_path, **more)

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
