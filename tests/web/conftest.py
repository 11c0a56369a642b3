"""A Friday in March, and somebody in New York at a browser: where most tests of pages begin."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.factories import NOW
from tests.web.booking_flow import NEW_YORK
from tests.web.browsing import Browser


@pytest.fixture
def then(practice: None) -> Iterator[time_machine.Traveller]:
    """Stand still at `NOW`; the traveller moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, zone=NEW_YORK)
