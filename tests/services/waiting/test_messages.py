"""What somebody who waits is told, when, and on which clock."""

import pytest

from booking.adapters.links import Purpose
from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.services.lost_links import ask_for_links
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.answering import decline_offer
from booking.services.waiting.ending import tell_waiting
from booking.services.waiting.finding import locked_offer
from booking.services.waiting.holding import withdraw
from booking.services.waiting.joining import stop_waiting
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import HOUR, MINUTE, NOW
from tests.services.waiting.line import ANSWER_BY, place, the_offer, waits
from tests.support.mail import MailSpy
from tests.support.owed import DAY, booked, plain, states, sweep

pytestmark = pytest.mark.usefixtures("practice")
OFFER = MessageKind.WAITING_OFFER
# Ten at night in New York, on the Friday before.
NIGHT = NOW + 12 * HOUR


def taken_back(offer_id: int) -> None:
    unit_of_work(lambda session: withdraw(session, locked_offer(session, offer_id), now=NOW))


def test_the_first_mail_brings_the_link_that_proves_who_they_are(
    parts: Parts, mail: MailSpy
) -> None:
    sam = waits(proved=False)

    sweep(parts, NOW)

    said = plain(mail.letters[0])
    row = place(sam)
    assert mail.sent[0][0] == "sam@example.org"
    assert f"/w/{parts.links.token(Purpose.WAITING_MAILED, row.link_id)}" in said
    assert "Amara" not in said


def test_an_offer_says_the_time_the_deadline_and_both_clocks(parts: Parts, mail: MailSpy) -> None:
    phoenix = factories.guest(email="pat@example.org", time_zone="America/Phoenix")
    pat = waits(guest=phoenix, windows=())
    pass_on(now=NOW)
    sweep(parts, NOW + HOUR)

    letter = mail.letters[-1]
    said = " ".join(plain(letter).split())
    offer = the_offer(pat)
    assert "Monday, March 4, 7:00 AM" in said
    assert "For Amara: 9:00 AM in New York" in said
    # Eight in the morning in Phoenix: it counts from nine, and ends an hour after the night.
    assert offer.told_at == NOW + HOUR
    assert "hold it for you until Saturday, March 2, 10:00 AM, Phoenix time" in said
    assert f"/offer/{parts.links.token(Purpose.WAITING_OFFER, offer.link_id)}" in said
    assert letter["Subject"] == "A time is held for you: Mon, Mar 4"


def test_a_standing_hour_lists_its_first_dates(parts: Parts, mail: MailSpy) -> None:
    waits(every_weeks=1)
    pass_on(now=NOW)
    sweep(parts, NOW)

    said = plain(mail.letters[-1])
    assert said.count("2:00 PM") == 12
    assert "Tue, Apr 30" in said or "Tue, Apr 23" in said


def test_at_night_it_waits_for_the_morning_and_so_does_the_deadline(
    parts: Parts, mail: MailSpy
) -> None:
    sam = waits()
    sweep(parts, NOW)
    pass_on(now=NIGHT)
    morning = NIGHT + 11 * HOUR

    sweep(parts, NIGHT)
    assert states(OFFER) == [("due", "")]
    sweep(parts, morning)

    assert states(OFFER) == [("sent", "")]
    assert the_offer(sam).told_at == morning
    # Nine in the evening would be at night again.
    assert the_offer(sam).expires_at == morning + DAY + HOUR


def test_word_that_was_held_up_by_day_is_not_sent_at_night(parts: Parts) -> None:
    waits()
    pass_on(now=NOW)

    sweep(parts, NIGHT)
    assert states(OFFER) == [("due", "")]

    sweep(parts, NIGHT + 11 * HOUR)
    assert states(OFFER) == [("sent", "")]


def test_by_text_too_where_they_agreed_to_texts(parts: Parts, sms: FakeSms) -> None:
    waits(guest=factories.guest(sms_consent=True))
    pass_on(now=NOW)
    sweep(parts, NOW)

    assert states(OFFER, Channel.SMS) == [("sent", "")]
    body = sms.sent[0].body
    assert body.startswith("Alder Street: we hold Tue Mar 5, 2:00 PM New York time.")
    assert "Amara" not in body


@pytest.mark.parametrize("before", [True, False])
def test_without_a_yes_to_these_texts_there_is_none(parts: Parts, before: bool) -> None:
    if before:  # to texts about appointments
        booked(parts, texts=True)
    waits(now=NOW + MINUTE)
    pass_on(now=NOW + MINUTE)

    assert states(OFFER, Channel.SMS) == []


@pytest.mark.parametrize("how", ["no", "stop"])
def test_word_of_an_offer_that_is_over_is_not_sent(parts: Parts, how: str) -> None:
    sam = waits()
    pass_on(now=NIGHT)
    if how == "no":
        decline_offer(the_offer(sam).id, now=NIGHT)
    else:
        stop_waiting(sam, now=NIGHT)

    sweep(parts, NIGHT + 11 * HOUR)

    assert states(OFFER) == [("dropped", "not_live")]


def test_it_is_not_sent_once_there_is_no_time_left(parts: Parts) -> None:
    waits()
    pass_on(now=NOW)

    sweep(parts, ANSWER_BY)

    assert states(OFFER) == [("dropped", "stale")]


@pytest.mark.parametrize("heard", [True, False])
def test_whoever_heard_of_a_time_is_told_that_it_is_gone(
    parts: Parts, mail: MailSpy, heard: bool
) -> None:
    sam = waits()
    pass_on(now=NOW)
    if heard:
        sweep(parts, NOW)
    taken_back(the_offer(sam).id)

    sweep(parts, NOW + MINUTE)

    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    told = ("sent", "") if heard else ("dropped", "nothing_new")
    assert states(MessageKind.WAITING_GONE) == [told]
    if heard:
        said = plain(mail.letters[-1])
        assert "We held Tuesday, March 5, 2:00 PM, New York time, for you." in " ".join(
            said.split()
        )


def test_a_pause_is_told_by_day(parts: Parts, mail: MailSpy) -> None:
    sam = waits()
    sweep(parts, NOW)
    row = place(sam)
    factories.changed(row, status=WaitingStatus.PAUSED)
    unit_of_work(
        lambda session: tell_waiting(
            session, session.merge(row), MessageKind.WAITING_PAUSED, now=NIGHT
        )
    )

    sweep(parts, NIGHT)
    assert states(MessageKind.WAITING_PAUSED) == [("due", "")]
    sweep(parts, NIGHT + 11 * HOUR)
    assert states(MessageKind.WAITING_PAUSED) == [("sent", "")]


@pytest.mark.parametrize("stopped", [False, True])
def test_a_lost_link_to_a_place_in_the_line_is_sent_again(
    parts: Parts, mail: MailSpy, stopped: bool
) -> None:
    sam = waits()
    sweep(parts, NOW)
    mail.sent.clear()
    if stopped:
        stop_waiting(sam, now=NOW)
    ask_for_links("Sam@Example.org", now=NOW)

    sweep(parts, NOW)

    token = parts.links.token(Purpose.WAITING_MAILED, place(sam).link_id)
    assert [f"/w/{token}" in plain(each) for each in mail.letters] == ([] if stopped else [True])
