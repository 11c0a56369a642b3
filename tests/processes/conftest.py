"""Sites for the tests that run the service in processes of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from booking.models import db
from tests.databases import TEMPLATE, settings_for
from tests.processes.site import Site, practice
from tests.processes.stack import Stack, production
from tests.support.postgres import Cluster

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
        _let_go(app)


@pytest.fixture(scope="module")
def stack(
    cluster: Cluster, postgresql_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Web, beat and Redis on PostgreSQL, one for the tests of a module; each has its worker."""
    folder = tmp_path_factory.mktemp("stack")
    with cluster.clone(TEMPLATE) as url:
        app = create_app(settings_for(url, folder))
        with production(app, folder) as running:
            yield running
        _let_go(app)


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
