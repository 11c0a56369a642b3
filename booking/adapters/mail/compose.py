"""A letter as the bytes that travel, the invitation placed where calendars look for it."""

import hashlib
import re
from datetime import UTC
from email import message_from_bytes, policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, Message
from email.policy import Policy

from booking.adapters.mail import Letter
from booking.adapters.plain_text import bare_address, many_lines, one_line

ATTACHMENT_NAME = "invite.ics"
_PLAIN = ["multipart/alternative", "text/plain", "text/html"]
_WITH_CALENDAR = ["multipart/mixed", *_PLAIN, "text/calendar", "application/ics"]
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,400}@[!-;=?-~]{1,400}")
_LINK = re.compile(r"https?://[!-;=?-~]{1,900}")


class _OneWord(UnstructuredHeader, BaseHeader):
    """A header that is never folded: Python would fold a long word into an encoded one."""

    def fold(self, *, policy: "Policy[Message[str, str]]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("to", "message-id", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _OneWord)
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
    headers: list[tuple[str, object]] = [
        ("From", _sender(sender)),
        ("To", bare_address(letter.to)),
        ("Subject", _header_text(letter.subject)),
        ("Date", letter.written_at.astimezone(UTC)),
        ("Message-ID", f"<{letter.message_id}>"),
        ("Auto-Submitted", "auto-generated"),
    ]
    if letter.list_unsubscribe is not None:
        if not _LINK.fullmatch(letter.list_unsubscribe):
            raise ValueError("not a link to a page to unsubscribe at")
        headers.append(("List-Unsubscribe", f"<{letter.list_unsubscribe}>"))
    return headers


def _sender(sender: str) -> Address:
    # What stands before the last "<" is a name, whatever it holds: nothing in it is parsed.
    name, _, mailbox = sender.strip().removesuffix(">").rpartition("<")
    display_name = _header_text(name).strip(' "')
    return Address(display_name=display_name, addr_spec=bare_address(mailbox.strip()))


def _header_text(text: str) -> str:
    """Return `text` as one line without encoded words.

    Python 3.11.7 decodes them again while it folds a header, and a line break inside becomes a
    header of its own (CVE-2024-6923).
    """
    return one_line(text).replace("=?", "= ?")


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
    if [address.addr_spec for address in strict["From"].addresses] != [_sender(sender).addr_spec]:
        raise ValueError("the message did not keep its sender")
    tree = _PLAIN if letter.calendar is None else _WITH_CALENDAR
    if [part.get_content_type() for part in strict.walk()] != tree:
        raise ValueError("the message did not keep its parts")
