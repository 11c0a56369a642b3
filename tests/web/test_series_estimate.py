"""What a standing hour costs: asked for on its page, and at hand there from then on."""

import pytest
from sqlalchemy import select

from booking.domain.messages import MessageKind
from booking.models import Message, db
from booking.services.parts import Parts
from booking.services.series.leaving import end_series
from tests.factories import MONDAY_9AM, NOW
from tests.services.series.standing import agreed, client_of
from tests.web.browsing import Browser
from tests.web.series_flow import opened

pytestmark = pytest.mark.usefixtures("then")


def test_an_estimate_of_the_cost_is_made_on_request_and_kept_at_hand(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts)

    estimate = browser.press(page, "Ask for an estimate of the cost")
    again = opened(browser, series.id, parts)

    assert "$1,120" in estimate.text
    assert again.link("See what to expect to pay").startswith("/e/")
    owed = db.session.scalars(select(Message.kind).where(Message.kind == MessageKind.ESTIMATE))
    assert len(owed.all()) == 1


def test_no_estimate_is_made_of_what_is_over(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts)
    since = MONDAY_9AM.date()
    end_series(series.id, since, accept_late=False, actor=client_of(series), now=NOW)

    answer = browser.press(page, "Ask for an estimate of the cost")

    assert "nothing ahead that costs anything" in answer.text
