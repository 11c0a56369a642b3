"""A letter as the bytes that travel, the invitation placed where calendars look for it."""

import hashlib
import re
from datetime import UTC
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage, Message
from email.policy import Policy
from email.utils import formataddr
from typing import Any

from booking.adapters.mail import Letter
from booking.adapters.plain_text import bare_address, many_lines, one_line

ATTACHMENT_NAME = "invite.ics"
# Leaves room on a line of 78 for the header's name.
_SHORT = 60
_PLAIN = ["multipart/alternative", "text/plain", "text/html"]
_WITH_CALENDAR = ["multipart/mixed", *_PLAIN, "text/calendar", "application/ics"]
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,400}@[!-;=?-~]{1,400}")
_LINK = re.compile(r"https?://[!-;=?-~]{1,900}")


class _Verbatim(BaseHeader):
    """A header written as it is given, with line breaks after encoded words alone.

    Python's own folding encodes long words, and drops the quotes round a long name.
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["parse_tree"], kwds["decoded"] = None, value

    def fold(self, *, policy: "Policy[Message[str, str]]") -> str:
        value = self.replace("?= ", f"?={policy.linesep} ")
        return f"{self.name}: {value}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("from", "to", "subject", "message-id", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Verbatim)
_POLICY = policy.SMTP.clone(header_factory=_HEADERS)


def compose(letter: Letter, *, sender: str) -> bytes:
    """Return the letter from `sender`, "Name <mailbox>", as RFC 5322 bytes of 7 bits.

    An invitation goes in twice, the same bytes: as the third alternative, which makes it an
    iMIP message (RFC 6047), and attached for those who must open it by hand. The same letter
    always gives the same bytes. Raise `ValueError` for an address, a message id, a link or a
    calendar that cannot be sent, and if the result does not read back as the letter it was.
    """
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(letter, sender):
        message[name] = value
    # Quoted-printable writes every "=" as "=3D", so no text can hold a boundary of ours.
    message.set_content(many_lines(letter.text), cte="quoted-printable")
    message.add_alternative(many_lines(letter.html), subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(message, letter, letter.calendar)
    _set_boundaries(message, letter.message_id)
    composed = message.as_bytes()
    _check(composed, letter, sender)
    return composed


def _headers(letter: Letter, sender: str) -> list[tuple[str, object]]:
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise ValueError(f"not a message id: {letter.message_id!r}")
    if letter.written_at.utcoffset() is None:
        raise ValueError(f"an instant needs a zone: {letter.written_at}")
    headers: list[tuple[str, object]] = [
        ("From", _sender(sender)),
        ("To", bare_address(letter.to)),
        ("Subject", _subject(letter.subject)),
        ("Date", letter.written_at.astimezone(UTC)),
        ("Message-ID", f"<{letter.message_id}>"),
        ("Auto-Submitted", "auto-generated"),
    ]
    if letter.list_unsubscribe is not None:
        if not _LINK.fullmatch(letter.list_unsubscribe):
            raise ValueError("not a link to a page to unsubscribe at")
        headers.append(("List-Unsubscribe", f"<{letter.list_unsubscribe}>"))
    return headers


def _sender(sender: str) -> str:
    name, mailbox = _name_and_mailbox(sender)
    if _fits_a_line(name):
        return formataddr((name, mailbox))
    return f"{_encoded(name)} <{mailbox}>"


def _name_and_mailbox(sender: str) -> tuple[str, str]:
    # What stands before the last "<" is a name, whatever it holds: nothing in it is parsed.
    name, _, mailbox = sender.strip().removesuffix(">").rpartition("<")
    return _without_encoded_words(name).strip(' "'), bare_address(mailbox.strip())


def _subject(text: str) -> str:
    subject = _without_encoded_words(text)
    return subject if _fits_a_line(subject) else _encoded(subject)


def _without_encoded_words(text: str) -> str:
    """Return `text` as one line that nobody decodes.

    Python 3.11.7 does so again while it folds a header, and a line break inside becomes a
    header of its own (CVE-2024-6923).
    """
    return one_line(text).replace("=?", "= ?")


def _fits_a_line(text: str) -> bool:
    return text.isascii() and len(text) <= _SHORT


def _encoded(text: str) -> str:
    """Return `text` as encoded words (RFC 2047) with a blank between each two."""
    return Header(text, charset="utf-8", maxlinelen=_SHORT).encode(linesep="")


def _add_calendar(message: EmailMessage, letter: Letter, calendar: bytes) -> None:
    if letter.method is None or f"\r\nMETHOD:{letter.method}\r\n".encode() not in calendar:
        raise ValueError(f"the calendar object's METHOD is not the letter's: {letter.method}")
    message.add_alternative(
        calendar.decode(),
        subtype="calendar",
        charset="utf-8",
        params={"method": letter.method.value, "component": "VEVENT"},
        cte="base64",
    )
    message.add_attachment(
        calendar,
        maintype="application",
        subtype="ics",
        filename=ATTACHMENT_NAME,
        params={"name": ATTACHMENT_NAME},
    )


def _set_boundaries(message: EmailMessage, message_id: str) -> None:
    # Python would draw them at random, and no two renderings would be alike.
    multiparts = [part for part in message.walk() if part.is_multipart()]
    for depth, part in enumerate(multiparts):
        digest = hashlib.sha256(f"{depth} {message_id}".encode()).hexdigest()
        part.set_boundary(f"=_{digest[:40]}")


def _check(composed: bytes, letter: Letter, sender: str) -> None:
    """Read the message back as a stranger would: nothing may have become a header or a part."""
    strict = message_from_bytes(composed, policy=policy.SMTP)
    expected = {name for name, _ in _headers(letter, sender)} | {"MIME-Version", "Content-Type"}
    if sorted(strict.keys()) != sorted(expected):
        raise ValueError("the message did not keep its headers")
    if [address.addr_spec for address in strict["To"].addresses] != [letter.to]:
        raise ValueError("the message did not keep its recipient")
    mailbox = _name_and_mailbox(sender)[1]
    if [address.addr_spec for address in strict["From"].addresses] != [mailbox]:
        raise ValueError("the message did not keep its sender")
    tree = _PLAIN if letter.calendar is None else _WITH_CALENDAR
    if [part.get_content_type() for part in strict.walk()] != tree:
        raise ValueError("the message did not keep its parts")
