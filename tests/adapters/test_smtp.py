"""Letters over a real SMTP connection, for every way a server can take them."""

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from booking.adapters.mail import Letter, MailSender
from booking.adapters.mail.compose import compose
from booking.adapters.mail.smtp import SmtpMail
from booking.errors import OutcomeUnknown, ProviderError, ProviderRejected, ProviderUnavailable
from tests.support.smtp import HOST, PASSWORD, USER, Behaviour, SmtpServer, smtp_server

TO = "client@example.org"
MESSAGE = compose(
    Letter(
        to=TO,
        subject="Your appointment",
        text="Hello.\n.\n..dots\n",
        html="<p>Hello.</p>",
        message_id="1@book.example.com",
        written_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
    ),
    sender="Example Practice <invites@example.com>",
)


def send(url: str, *, to: str = TO, message: bytes = MESSAGE, timeout_s: float = 5) -> None:
    sender: MailSender = SmtpMail(url, timeout_s=timeout_s)
    sender.send(to=to, message=message)


def with_login(url: str, *, password: str = PASSWORD) -> str:
    return url.replace("://", f"://{USER}:{quote(password, safe='')}@") + "?starttls=never"


def test_a_letter_arrives_byte_for_byte() -> None:
    with smtp_server() as server:
        send(server.url)

    (received,) = server.received
    assert received.raw == MESSAGE
    assert (received.mail_from, received.rcpt_tos) == ("invites@example.com", (TO,))


def test_a_line_that_is_one_dot_does_not_end_the_letter() -> None:
    message = b"From: a@example.com\r\n\r\nbefore\r\n.\r\n..\r\nafter\r\n"

    with smtp_server() as server:
        send(server.url, message=message)

    assert [received.raw for received in server.received] == [message]


@pytest.mark.parametrize("ending", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\r", b"\r\n.\n"])
def test_no_bare_line_ending_smuggles_a_second_letter(ending: bytes) -> None:
    head = b"From: a@example.com\r\n\r\nbefore"
    tail = b"MAIL FROM:<evil@example.com>\r\nafter\r\n"

    with smtp_server() as server:
        send(server.url, message=head + ending + tail)

    (received,) = server.received
    assert received.raw == head + b"\r\n.\r\n" + tail


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(Behaviour.REFUSE_RECIPIENT, "550"), (Behaviour.REFUSE_MESSAGE, "554")],
)
def test_a_refusal_for_good_is_told_with_its_code(behaviour: Behaviour, code: str) -> None:
    with smtp_server(behaviour) as server, pytest.raises(ProviderRejected) as refusal:
        send(server.url)

    assert refusal.value.code == code


@pytest.mark.parametrize("behaviour", [Behaviour.GREYLIST, Behaviour.BUSY_AFTER_DATA])
def test_a_refusal_for_now_may_be_tried_again(behaviour: Behaviour) -> None:
    with smtp_server(behaviour) as server, pytest.raises(ProviderUnavailable):
        send(server.url)


@pytest.mark.parametrize(
    ("behaviour", "timeout_s"), [(Behaviour.DROP_AFTER_DATA, 5), (Behaviour.HANG_AFTER_DATA, 1.5)]
)
def test_a_letter_handed_over_without_an_answer_is_of_unknown_outcome(
    behaviour: Behaviour, timeout_s: float
) -> None:
    with smtp_server(behaviour) as server, pytest.raises(OutcomeUnknown):
        send(server.url, timeout_s=timeout_s)

    assert [received.raw for received in server.received] == [MESSAGE]


def test_silence_before_the_letter_was_handed_over_may_be_tried_again() -> None:
    with smtp_server(Behaviour.HANG) as server, pytest.raises(ProviderUnavailable):
        send(server.url, timeout_s=0.3)

    assert server.received == []


def test_a_server_that_never_greets_may_be_tried_again() -> None:
    with closing(socket.create_server((HOST, 0))) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ProviderUnavailable):
            send(f"smtp://{HOST}:{port}", timeout_s=0.3)


def test_a_refused_connection_may_be_tried_again() -> None:
    with closing(socket.create_server((HOST, 0))) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(ProviderUnavailable):
        send(f"smtp://{HOST}:{port}")


@pytest.fixture
def starttls() -> Iterator[SmtpServer]:
    with smtp_server(Behaviour.STARTTLS) as server:
        yield server


@pytest.mark.parametrize("option", ["", "?starttls=require"])
def test_starttls_is_used_when_it_is_offered(
    starttls: SmtpServer, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(starttls.certificate))

    send(starttls.url + option)

    assert [received.over_tls for received in starttls.received] == [True]


def test_a_certificate_nobody_vouches_for_is_not_trusted(starttls: SmtpServer) -> None:
    with pytest.raises(ProviderUnavailable, match="certificate"):
        send(starttls.url)

    assert starttls.received == []


def test_starttls_never_stays_in_the_clear_and_a_server_that_insists_puts_it_off(
    starttls: SmtpServer,
) -> None:
    with pytest.raises(ProviderUnavailable, match="530"):
        send(f"{starttls.url}?starttls=never")


def test_starttls_require_refuses_a_server_that_does_not_offer_it() -> None:
    with smtp_server() as server, pytest.raises(ProviderUnavailable, match="STARTTLS"):
        send(f"{server.url}?starttls=require")

    assert server.received == []


def test_smtps_speaks_tls_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with smtp_server(Behaviour.TLS) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        send(server.tls_url)

    assert [received.over_tls for received in server.received] == [True]


def test_a_percent_encoded_password_logs_in() -> None:
    with smtp_server(Behaviour.AUTH) as server:
        send(with_login(server.url))

    assert [received.user for received in server.received] == [USER]


def test_a_wrong_password_is_the_settings_fault_and_no_letter_is_given_up_for_it() -> None:
    with smtp_server(Behaviour.AUTH) as server, pytest.raises(ProviderUnavailable, match="535"):
        send(with_login(server.url, password="wrong"))


def test_a_missing_password_is_the_settings_fault_and_no_letter_is_given_up_for_it() -> None:
    with smtp_server(Behaviour.AUTH) as server, pytest.raises(ProviderUnavailable, match="530"):
        send(server.url)


def test_a_password_is_not_sent_in_the_clear_to_another_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("booking.adapters.mail.smtp._LOOPBACK", frozenset())

    with smtp_server(Behaviour.AUTH) as server, pytest.raises(ProviderUnavailable, match="TLS"):
        send(with_login(server.url).removesuffix("?starttls=never"))


@pytest.mark.parametrize("address", ["a@b\r\nRCPT TO:<x@y>", "a b@c", "zoë@example.org", ""])
def test_an_address_smtp_cannot_carry_is_rejected(address: str) -> None:
    with smtp_server() as server, pytest.raises(ProviderRejected):
        send(server.url, to=address)

    assert server.received == []


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour.REFUSE_RECIPIENT, Behaviour.GREYLIST, Behaviour.DROP_AFTER_DATA, Behaviour.HANG],
)
def test_no_error_repeats_the_address(behaviour: Behaviour) -> None:
    with smtp_server(behaviour) as server, pytest.raises(ProviderError) as failure:
        send(server.url, timeout_s=0.3)

    told = [str(failure.value), str(failure.value.__cause__), str(failure.value.__context__)]
    assert not any(TO in words for words in told)
