"""The fake refuses what Twilio refuses: without that, a test against it proves little."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from tests.support.twilio import FakeTwilio
from tests.support.twilio_numbers import NORMAL_NUMBER

NOON = datetime(2027, 3, 12, 12, 0, tzinfo=UTC)
SERVICE = "MG" + "0" * 32
GOOD = {"To": NORMAL_NUMBER, "Body": "Hello", "MessagingServiceSid": SERVICE}
SCHEDULED = {**GOOD, "ScheduleType": "fixed", "SendAt": "2027-03-13T12:00:00Z"}


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(clock=lambda: NOON) as fake:
        yield fake


def call(
    twilio: FakeTwilio, method: str, path: str = "", *, account: str | None = None, **form: str
) -> requests.Response:
    url = f"{twilio.url}/2010-04-01/Accounts/{account or twilio.account_sid}/Messages{path}.json"
    return requests.request(
        method,
        url,
        data=form if method == "POST" else None,
        params=form if method == "GET" else None,
        auth=(twilio.account_sid, twilio.auth_token),
        headers={"Connection": "close"},
        timeout=5,
    )


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({**GOOD, "To": ""}, 21604),
        ({"To": NORMAL_NUMBER, "Body": "Hello"}, 21603),
        ({**GOOD, "Body": ""}, 21602),
        ({**GOOD, "Body": "x" * 1601}, 21617),
        ({**GOOD, "StatusCallback": "https://my_host.example.org/"}, 21609),
        ({**GOOD, "SendAt": "2027-03-13T12:00:00Z"}, 35117),
        ({**SCHEDULED, "MessagingServiceSid": "", "From": "+15005550006"}, 35117),
        ({**SCHEDULED, "SendAt": "tomorrow"}, 35114),
        ({**SCHEDULED, "SendAt": "2027-03-12T12:04:59Z"}, 35115),
        ({**SCHEDULED, "SendAt": "2027-04-17T12:00:00Z"}, 35115),
    ],
)
def test_a_form_twilio_would_refuse_is_refused_with_its_code(
    twilio: FakeTwilio, form: dict[str, str], code: int
) -> None:
    answer = call(twilio, "POST", **form)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "more_info", "status"}
    assert answer.json()["code"] == code
    assert twilio.sent == []


def test_another_account_is_refused(twilio: FakeTwilio) -> None:
    assert call(twilio, "POST", account="AC" + "f" * 32, **GOOD).status_code == 401
    assert call(twilio, "POST", account="AC1", **GOOD).status_code == 404


def test_a_scheduled_text_and_no_other_can_be_cancelled(twilio: FakeTwilio) -> None:
    waiting = call(twilio, "POST", **SCHEDULED).json()
    queued = call(twilio, "POST", **GOOD).json()

    cancelled = call(twilio, "POST", f"/{waiting['sid']}", Status="canceled")
    refused = call(twilio, "POST", f"/{queued['sid']}", Status="canceled")

    assert cancelled.json()["status"] == "canceled"
    assert refused.status_code == 409
    assert call(twilio, "GET", f"/{waiting['sid']}").json()["status"] == "canceled"


def test_the_list_is_newest_first_and_comes_in_pages(twilio: FakeTwilio) -> None:
    sids = [call(twilio, "POST", **GOOD).json()["sid"] for _ in range(3)]

    first = call(twilio, "GET", To=NORMAL_NUMBER, PageSize="2").json()
    second = call(twilio, "GET", To=NORMAL_NUMBER, PageSize="2", Page="1").json()

    assert [text["sid"] for text in first["messages"]] == [sids[2], sids[1]]
    assert "Page=1" in first["next_page_uri"]
    assert [text["sid"] for text in second["messages"]] == [sids[0]]
    assert second["next_page_uri"] is None
