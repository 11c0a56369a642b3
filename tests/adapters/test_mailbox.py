"""The demo's mailbox: what is kept, in which order, and what a reader may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from booking.adapters.calendar import Method, render
from booking.adapters.mail import MailSender
from booking.adapters.mail.compose import compose
from booking.adapters.mailbox import Channel, DemoMail, DemoSms, Mailbox
from booking.adapters.sms import SmsSender
from tests.adapters.test_compose import PLAIN, SENDER
from tests.adapters.test_invitation import INVITATION

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
PHONE = "+12025550123"


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "not" / "yet", now=lambda: NOON)


def ticking(step: timedelta) -> Iterator[datetime]:
    return (NOON + step * tick for tick in count())


def test_a_mailbox_nobody_wrote_to_is_empty(mailbox: Mailbox) -> None:
    assert mailbox.items(10) == []


def test_a_mail_is_kept_as_its_reader_would_see_it(mailbox: Mailbox) -> None:
    calendar = render(replace(INVITATION, summary="Rendez-vous à 5 h 👋"), Method.REQUEST)
    message = compose(replace(PLAIN, calendar=calendar, method=Method.REQUEST), sender=SENDER)
    sender: MailSender = DemoMail(mailbox)

    sender.send(to=PLAIN.to, message=message)

    (item,) = mailbox.items(10)
    assert (item.channel, item.to, item.at) == (Channel.MAIL, PLAIN.to, NOON)
    assert (item.subject, item.text, item.html) == (PLAIN.subject, PLAIN.text, PLAIN.html)
    assert item.calendar.encode() == calendar
    assert mailbox.get(item.id) == item


def test_a_mail_without_a_calendar_has_none(mailbox: Mailbox) -> None:
    DemoMail(mailbox).send(to=PLAIN.to, message=compose(PLAIN, sender=SENDER))

    assert mailbox.items(1)[0].calendar == ""


def test_a_text_is_kept_and_its_reference_opens_it(mailbox: Mailbox) -> None:
    sender: SmsSender = DemoSms(mailbox)

    reference = sender.send(to=PHONE, body="Appointment tomorrow at 5 PM 👋", callback_url=None)

    item = mailbox.get(reference)
    assert item is not None
    assert (item.channel, item.to) == (Channel.TEXT, PHONE)
    assert item.text == "Appointment tomorrow at 5 PM 👋"


def test_a_text_is_found_again_by_what_it_said_and_since_when(mailbox: Mailbox) -> None:
    sms = DemoSms(mailbox)
    reference = sms.send(to=PHONE, body="one", callback_url=None)
    sms.send(to=PHONE, body="two", callback_url=None)

    assert sms.find(to=PHONE, body="one", since=NOON) == reference
    assert sms.find(to=PHONE, body="one", since=NOON + timedelta(seconds=1)) is None
    assert sms.find(to=PHONE, body="three", since=NOON) is None


@pytest.mark.parametrize("step", [timedelta(0), timedelta(microseconds=1), timedelta(days=40)])
def test_items_come_newest_first_even_within_one_instant(tmp_path: Path, step: timedelta) -> None:
    clock = ticking(step)
    mailbox = Mailbox(tmp_path, now=lambda: next(clock))
    for number in range(12):
        mailbox.put_text(to=PHONE, text=str(number))

    assert [item.text for item in mailbox.items(3)] == ["11", "10", "9"]
    assert len(mailbox.items(100)) == 12


@pytest.mark.parametrize(
    "item_id",
    ["", ".", "../secret", "20261001T120000000000-00000000-abcdef00", "x" * 5000, "a\x00b"],
)
def test_an_id_of_nothing_is_nothing(mailbox: Mailbox, item_id: str) -> None:
    mailbox.put_text(to=PHONE, text="hello")

    assert mailbox.get(item_id) is None


def test_lone_surrogates_and_controls_are_kept(mailbox: Mailbox) -> None:
    item_id = mailbox.put_text(to=PHONE, text="\udc80\x00\r\n👋")

    item = mailbox.get(item_id)
    assert item is not None
    assert item.text == "\udc80\x00\r\n👋"


def test_a_reader_never_sees_a_half_written_item(tmp_path: Path) -> None:
    written = Mailbox(tmp_path, now=lambda: NOON)
    long = "x" * 300_000

    def write() -> None:
        for _ in range(60):
            written.put_text(to=PHONE, text=long)

    writer = Thread(target=write)
    writer.start()
    reader = Mailbox(tmp_path, now=lambda: NOON)
    while writer.is_alive():
        assert all(len(item.text) == len(long) for item in reader.items(5))
    writer.join(60)

    assert len(reader.items(100)) == 60


def test_a_failed_write_leaves_nothing_behind(
    mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", no_room)

    with pytest.raises(OSError, match="no space"):
        mailbox.put_text(to=PHONE, text="hello")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
