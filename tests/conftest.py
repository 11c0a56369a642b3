"""Loads what tests need of the application, but not for those that need none of it.

`tests/databases.py` holds the fixtures every test may use, and says when a test runs on which
database. Loading the application takes longer than running all tests of the domain, so it is
left until a file of tests is met that lies elsewhere.
"""

from importlib import import_module
from pathlib import Path

import pytest

PLAIN = Path(__file__).parent / "domain"
FIXTURES = "tests.databases"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "one_database: the kind of database cannot matter here")


def pytest_collectstart(collector: pytest.Collector) -> None:
    if isinstance(collector, pytest.Module) and PLAIN not in collector.path.parents:
        fixtures, plugins = import_module(FIXTURES), collector.config.pluginmanager
        if not plugins.is_registered(fixtures):
            plugins.register(fixtures, FIXTURES)
