"""One's place in the line, and the answer to what is offered."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Status
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.models import (
    Appointment,
    Claim,
    Message,
    Participant,
    Series,
    db,
)
from booking.services.parts import Parts
from booking.services.waiting.offering import pass_on
from tests.factories import NOW
from tests.services.waiting.line import (
    ANSWER_BY,
    TUESDAY_2PM,
    place,
    taken,
    the_offer,
    waits,
)
from tests.support.mail import MailSpy
from tests.support.owed import sweep
from tests.web.browsing import Browser
from tests.web.line_flow import ADDRESS, count, free, joined, mailed_path_of, offer_path

pytestmark = pytest.mark.usefixtures("then")


@pytest.fixture
def sam(client: FlaskClient) -> Browser:
    return Browser(client, zone="America/New_York")


def test_from_the_wish_to_the_booking(
    sam: Browser, parts: Parts, mail: MailSpy, then: time_machine.Traveller
) -> None:
    taken(parts)
    mail.sent.clear()
    page = joined(sam)
    assert "One more step: look in your mail" in page.text
    assert "Tuesdays, 2:00 PM to 3:00 PM" in page.text
    sweep(parts, NOW)
    own = sam.get(mailed_path_of(mail, "sam@", "/w/"))
    assert sam.press(own, "Yes, keep a place for me").status == 200
    assert "You are in the line" in sam.get(page.path).text
    assert pass_on(now=NOW) == 0

    free(parts)
    pass_on(now=NOW)
    sweep(parts, NOW)
    answer = sam.get(mailed_path_of(mail, "sam@", "/offer/"))
    assert "A time with Amara has come free" in answer.text
    assert "Held for you until Saturday, March 2 at 10:00 AM New York time." in answer.text
    booked = sam.press(answer, "Yes, book it")

    assert booked.path.startswith("/b/")
    assert "Tuesday, March 5" in booked.text
    assert "You have a time" in sam.get(page.path).text
    assert "You said yes to this time" in sam.get(answer.path).text


def test_no_passes_it_on_and_stop_leaves_the_line(sam: Browser, parts: Parts) -> None:
    one, other = waits(), waits("kit")
    pass_on(now=NOW)
    first = offer_path(parts, one)

    page = sam.press(sam.get(first), "No thanks")
    assert "You said no to this time" in page.text
    assert place(one).status is WaitingStatus.WAITING
    pass_on(now=NOW)
    page = sam.press(sam.get(offer_path(parts, other)), "Stop these")

    assert "You said no to this time" in page.text
    assert place(other).status is WaitingStatus.ENDED
    assert count(Claim) == 0


@pytest.mark.parametrize("next_in_line", [True, False])
def test_a_late_yes_gets_kind_words_and_the_way_on(
    sam: Browser, parts: Parts, then: time_machine.Traveller, next_in_line: bool
) -> None:
    one = waits()
    if next_in_line:
        waits("kit")
    pass_on(now=NOW)
    page = sam.get(offer_path(parts, one))
    then.move_to(ANSWER_BY)

    late = sam.press(page, "Yes, book it")
    assert late.status == 409
    assert "We could not hold this time any longer" in late.text
    pass_on(now=ANSWER_BY)

    page = sam.get(page.path)
    if next_in_line:
        assert "it is somebody else's turn" in page.text
    else:
        assert "It is still open right now" in page.text
        assert "slot=2030-03-05T19" in page.link("Book it now")
    assert count(Participant) == 0


def test_a_standing_hour_shows_every_date_and_leads_to_the_agreement(
    sam: Browser, parts: Parts
) -> None:
    one = waits(every_weeks=1)
    pass_on(now=NOW)

    page = sam.get(offer_path(parts, one))
    assert "Tuesdays at 2:00 PM, every week" in page.text
    assert page.text.count("2:00 PM") >= 12
    assert page.html.count('<p class="rung">') == 12
    answer = sam.press(page, "Yes, book it")

    assert answer.path.startswith("/s/")
    assert answer.path.endswith("/agreement")
    assert db.session.scalars(select(Series)).one().members


def test_every_other_link_is_the_same_404(sam: Browser, parts: Parts) -> None:
    one = waits()
    pass_on(now=NOW)
    row, offer = place(one), the_offer(one)
    good = offer_path(parts, one)
    wrong = [
        f"/w/{parts.links.token(Purpose.WAITING, row.link_id, row.link_version + 1)}",
        f"/w/{parts.links.token(Purpose.MANAGE, row.link_id)}",
        f"/w/{parts.links.token(Purpose.WAITING_OFFER, offer.link_id)}",
        f"/offer/{parts.links.token(Purpose.WAITING, row.link_id)}",
        f"/offer/{parts.links.token(Purpose.OFFER, offer.link_id)}",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
    ]

    pages = [sam.get(path) for path in wrong]

    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    for path in wrong:
        act = "keep" if path.startswith("/w/") else "take"
        assert sam.client.post(f"{path}/{act}").status_code == 404
    assert the_offer(one).status is WaitingOfferStatus.OPEN


def test_nothing_of_it_is_said_in_titles_or_kept(sam: Browser, parts: Parts) -> None:
    one = waits()
    pass_on(now=NOW)
    paths = [
        f"/w/{parts.links.token(Purpose.WAITING, place(one).link_id)}",
        offer_path(parts, one),
    ]

    for page in map(sam.get, paths):
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "Amara" not in page.title


def test_a_held_time_is_named_on_ones_own_page(sam: Browser, parts: Parts) -> None:
    one = waits()
    pass_on(now=NOW)
    token = parts.links.token(Purpose.WAITING, place(one).link_id)

    page = sam.get(f"/w/{token}")

    assert "We hold a time for you until Saturday, March 2 at 10:00 AM" in page.text
    assert page.link("Look at it and answer") == offer_path(parts, one)
    page = sam.press(page, "Stop waiting")
    assert "You are not in the line" in page.text
    held = db.session.scalars(select(Appointment)).one()
    assert held.status is Status.EXPIRED
    assert held.starts_at == TUESDAY_2PM


def test_looking_changes_nothing(sam: Browser, parts: Parts) -> None:
    first, second = waits(proved=False), waits("kit")
    pass_on(now=NOW)
    one, other = place(first), place(second)
    tokens = [
        f"/w/{parts.links.token(Purpose.WAITING_MAILED, one.link_id)}",
        f"/w/{parts.links.token(Purpose.WAITING, other.link_id)}",
        offer_path(parts, second),
        ADDRESS,
    ]
    before = [count(Claim), count(Message), count(Participant), the_offer().status]

    for path in tokens:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert sam.client.open(path, method=method).status_code == 200

    assert [count(Claim), count(Message), count(Participant), the_offer().status] == before
    assert place(first).person.verified_at is None
