"""Letters as FACTS A.5 builds them, read back as a mail program would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart

import pytest

from booking.adapters.calendar import Method, render
from booking.adapters.mail import Letter
from booking.adapters.mail.compose import _check, compose
from tests.adapters.test_invitation import INVITATION

SENDER = "Example Practice <invites@example.com>"
PLAIN = Letter(
    to="client@example.org",
    subject="Your appointment on Tuesday",
    text="Hello, à mardi.\n\n" + "a long line " * 30 + "\n",
    html="<p>Hello, à mardi.</p>\n",
    message_id="7f3a.1@book.example.com",
    written_at=datetime(2026, 10, 1, 14, tzinfo=timezone(timedelta(hours=2))),
)


def invited(method: Method = Method.REQUEST) -> Letter:
    return replace(PLAIN, calendar=render(INVITATION, method), method=method)


def read(letter: Letter, *, sender: str = SENDER) -> EmailMessage:
    return message_from_bytes(compose(letter, sender=sender), policy=policy.SMTP)


def calendar_parts(letter: Letter) -> tuple[EmailMessage, EmailMessage]:
    parts = {part.get_content_type(): part for part in read(letter).walk()}
    return parts["text/calendar"], parts["application/ics"]


def tree(part: MIMEPart) -> list[object]:
    inside = [tree(each) for each in part.iter_parts()] if part.is_multipart() else []
    return [part.get_content_type(), *inside]


def test_a5_an_invitation_stands_third_among_the_alternatives_and_is_attached() -> None:
    assert tree(read(invited())) == [
        "multipart/mixed",
        ["multipart/alternative", ["text/plain"], ["text/html"], ["text/calendar"]],
        ["application/ics"],
    ]


def test_a_letter_without_a_calendar_is_its_two_alternatives() -> None:
    assert tree(read(PLAIN)) == ["multipart/alternative", ["text/plain"], ["text/html"]]


@pytest.mark.parametrize("method", [Method.REQUEST, Method.CANCEL])
def test_a6_the_method_in_the_header_is_the_method_in_the_body(method: Method) -> None:
    inline, _ = calendar_parts(invited(method))

    assert inline["Content-Type"].params == {
        "method": method.value,
        "component": "VEVENT",
        "charset": "utf-8",
    }
    assert f"\r\nMETHOD:{method.value}\r\n" in inline.get_content()


def test_a6_the_organizer_is_the_mailbox_the_letter_is_from() -> None:
    (mailbox,) = read(invited())["From"].addresses

    assert f"mailto:{mailbox.addr_spec}" == "mailto:invites@example.com"
    assert f":mailto:{mailbox.addr_spec}\r\n".encode() in render(INVITATION, Method.REQUEST)


def test_a6_the_attendee_is_the_one_the_letter_is_to() -> None:
    (recipient,) = read(invited())["To"].addresses

    assert f":mailto:{recipient.addr_spec}\r\n".encode() in render(INVITATION, Method.REQUEST)


def test_e2_the_part_and_the_attachment_are_the_same_bytes() -> None:
    letter = replace(
        invited(), calendar=render(replace(INVITATION, summary="é 👋 " * 30), Method.REQUEST)
    )

    inline, attached = calendar_parts(letter)

    assert inline["Content-Transfer-Encoding"] == "base64"
    assert inline.get_payload(decode=True) == letter.calendar
    assert attached.get_payload(decode=True) == letter.calendar
    assert attached["Content-Disposition"] == 'attachment; filename="invite.ics"'


def test_the_headers_are_those_of_a_letter_nobody_should_answer_by_machine() -> None:
    headers = [(name, str(value)) for name, value in read(PLAIN).items()]

    assert headers[:6] == [
        ("From", "Example Practice <invites@example.com>"),
        ("To", "client@example.org"),
        ("Subject", "Your appointment on Tuesday"),
        ("Date", "Thu, 01 Oct 2026 12:00:00 +0000"),
        ("Message-ID", "<7f3a.1@book.example.com>"),
        ("Auto-Submitted", "auto-generated"),
    ]
    assert [name for name, _ in headers[6:]] == ["MIME-Version", "Content-Type"]


def test_text_and_html_arrive_as_written() -> None:
    letter = read(PLAIN)

    for subtype, written in (("plain", PLAIN.text), ("html", PLAIN.html)):
        part = letter.get_body(preferencelist=(subtype,))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n") == written


def test_the_same_letter_is_always_the_same_bytes() -> None:
    assert compose(invited(), sender=SENDER) == compose(replace(invited()), sender=SENDER)


def test_what_travels_is_seven_bits_in_short_lines() -> None:
    composed = compose(replace(invited(), subject="à mardi " * 40), sender=SENDER)

    assert composed.isascii()
    assert max(len(line) for line in composed.split(b"\r\n")) <= 78
    assert b"\n" not in composed.replace(b"\r\n", b"")


def test_no_text_can_end_a_part() -> None:
    boundary = read(PLAIN).get_boundary()

    letter = read(replace(PLAIN, text=f"before\n--{boundary}--\nafter\n"))

    assert tree(letter) == tree(read(PLAIN))
    part = letter.get_body(preferencelist=("plain",))
    assert part is not None
    assert "after" in part.get_content()


def test_long_words_in_headers_stay_whole() -> None:
    # Python's own folding turns a word of more than a line into an encoded word.
    link, message_id = f"https://book.example.com/leave/{'a' * 120}", f"{'b' * 90}@example.com"
    to = f"{'c' * 64}@{'d' * 60}.example.org"

    composed = compose(
        replace(PLAIN, to=to, message_id=message_id, list_unsubscribe=link), sender=SENDER
    )

    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in composed
    assert f"\r\nMessage-ID: <{message_id}>\r\n".encode() in composed
    assert f"\r\nTo: {to}\r\n".encode() in composed


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("invites@example.com", ""),
        ("<invites@example.com>", ""),
        ("Example Practice <invites@example.com>", "Example Practice"),
        ('"Smith, Jones & Co." <invites@example.com>', "Smith, Jones & Co."),
        ("Smith, Jones (north) <invites@example.com>", "Smith, Jones (north)"),
        ("Praxis Übermut <invites@example.com>", "Praxis Übermut"),
        ("a@b.example <invites@example.com>", "a@b.example"),
    ],
)
def test_the_sender_has_one_mailbox_whatever_the_name(sender: str, name: str) -> None:
    (mailbox,) = read(PLAIN, sender=sender)["From"].addresses

    assert (mailbox.display_name, mailbox.addr_spec) == (name, "invites@example.com")


def test_a_long_name_of_the_sender_stays_one_name_in_short_lines() -> None:
    name = "Smith, Jones & " * 9 + "Co."

    composed = compose(PLAIN, sender=f"{name} <invites@example.com>")

    # Read by the older parser: the newer one puts blanks between encoded words.
    written = message_from_bytes(composed, policy=policy.compat32)["From"]
    assert str(make_header(decode_header(written))) == f"{name} <invites@example.com>"
    assert max(len(line) for line in composed.split(b"\r\n")) <= 78


@pytest.mark.parametrize("sender", ["", "Example Practice", "Example <>", "A <a@b>, B <b@c>x"])
def test_a_sender_without_a_mailbox_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="plain mail address"):
        compose(PLAIN, sender=sender)


@pytest.mark.parametrize(
    "letter",
    [
        replace(invited(), method=None),
        replace(invited(Method.CANCEL), method=Method.REQUEST),
        replace(PLAIN, message_id="<1@example.com>"),
        replace(PLAIN, message_id="no-domain"),
        replace(PLAIN, list_unsubscribe="mailto:leave@example.com"),
        replace(PLAIN, to="client@example.org, other@example.org"),
        replace(PLAIN, to="Client <client@example.org>"),
        replace(PLAIN, to="zoë@example.org"),
        replace(PLAIN, written_at=PLAIN.written_at.astimezone(UTC).replace(tzinfo=None)),
    ],
)
def test_a_letter_that_cannot_be_sent_is_refused(letter: Letter) -> None:
    with pytest.raises(ValueError, match=r"METHOD|message id|link|plain mail address|zone"):
        compose(letter, sender=SENDER)


@pytest.mark.parametrize(
    ("written", "doctored", "lost"),
    [
        (b"\r\nMIME-Version", b"\r\nBcc: evil@example.net\r\nMIME-Version", "headers"),
        (b"\r\nTo: client@", b"\r\nTo: evil@example.net, client@", "recipient"),
        (b"\r\nTo: client@", b"\r\nTo: evil@", "recipient"),
        (b"<invites@", b"<evil@", "sender"),
        (b"text/html", b"text/calendar", "parts"),
    ],
)
def test_a_letter_that_does_not_read_back_as_it_was_is_caught(
    written: bytes, doctored: bytes, lost: str
) -> None:
    composed = compose(PLAIN, sender=SENDER)
    assert written in composed

    with pytest.raises(ValueError, match=lost):
        _check(composed.replace(written, doctored, 1), PLAIN, SENDER)
