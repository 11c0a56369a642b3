"""`/find`, asked for nonsense and filled with markup."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from tests import factories
from tests.factories import NOW
from tests.web.browsing import Browser


@pytest.fixture(autouse=True)
def _then(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, "America/Phoenix")


@pytest.mark.usefixtures("practice")
def test_words_of_a_therapist_are_words_and_never_markup(browser: Browser) -> None:
    factories.amara(slug="eve", name="<b>Eve</b>", statement='"><script>alert(1)</script>')

    for path in ("/find", "/t/eve"):
        html = browser.get(path).html
        assert "<script>alert" not in html
        assert "<b>Eve" not in html


@pytest.mark.parametrize(
    "query",
    [
        "state=ZZ",
        "state=ny",
        "need=money",
        "payment=gold",
        "kind=brunch",
        "when=midnight",
        "identity=%00",
        "language=klingon&language=",
        "from=yesterday",
        "from=0001-01-01",
        "from=9999-12-31",
        "from=2030-02-30",
        "page=0",
        "page=-1",
        "page=999999999999999999999",
        "page=%D9%A1",
        "zone=nowhere",
        "sliding=perhaps",
        "a=b&%ff=%ff",
    ],
)
def test_what_nobody_could_have_meant_is_passed_over(
    browser: Browser, query: str, practice: None
) -> None:
    page = browser.get(f"/find?{query}")

    assert page.status == 200
    assert page.hrefs("AM") == browser.get("/find").hrefs("AM")
