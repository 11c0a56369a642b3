"""The URL of the mail server, as a person types it into a settings file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.adapters.mail.smtp_url import Security, SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 587, Security.OFFERED)),
        ("smtp://127.0.0.1:1025/", SmtpServer("127.0.0.1", 1025, Security.OFFERED)),
        ("smtp://h:25?starttls=never", SmtpServer("h", 25, Security.NEVER)),
        ("smtp://h?starttls=require", SmtpServer("h", 587, Security.REQUIRE)),
        ("smtps://[::1]", SmtpServer("::1", 465, Security.TLS)),
        (
            "smtp://me%40example.com:p%40s%2Fs%3A@h:587",
            SmtpServer("h", 587, Security.OFFERED, "me@example.com", "p@s/s:"),
        ),
    ],
)
def test_a_url_names_a_server(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "smtp://"),
        ("mail.example.com:587", "smtp://"),
        ("https://mail.example.com", "smtp://"),
        ("smtp://", "host"),
        ("smtp://:587", "host"),
        ("smtp://mäil.example.com", "host"),
        ("smtp://h:0", "port"),
        ("smtp://h:99999", "port"),
        ("smtp://h:mail", "port"),
        ("smtp://[::1", "URL"),
        ("smtp://user@h", "both"),
        ("smtp://:secret@h", "both"),
        ("smtp://user:p%C3%A4ss@h", "ASCII"),
        ("smtp://user:pa%0Ass@h", "control"),
        ("smtp://h/inbox", "end after the port"),
        ("smtp://h?starttls=maybe", "starttls"),
        ("smtp://h?tls=1", "no option"),
        ("smtps://h?starttls=never", "smtps"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_smtp_url(url)


@pytest.mark.parametrize("sign", list("/?#[]@:%&= "))
def test_no_refusal_repeats_a_piece_of_the_password(sign: str) -> None:
    url = f"smtp://user:sec{sign}ret@h:587/x?y"

    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        parse_smtp_url(url)

    assert "sec" not in str(refusal.value)
    assert "ret" not in str(refusal.value).replace("secret", "")
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_a_server_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(parse_smtp_url("smtp://user:hunter2@h"))


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_server_or_a_value_error(text: str) -> None:
    for url in (text, f"smtp://{text}", f"smtp://u:{text}@h", f"smtps://h:{text}"):
        try:
            server = parse_smtp_url(url)
        except ValueError:
            continue
        assert server.host
        assert 1 <= server.port <= 65535
