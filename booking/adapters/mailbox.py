"""The demo's mailbox: every mail and text, kept as the person it was for would see it."""

import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from itertools import count
from pathlib import Path

# How far back a text is looked for: the demo never has more under way at once.
SEARCHED = 1000

_ID = re.compile(r"\d{8}T\d{12}-\d{8}-[0-9a-f]{8}")


class Channel(StrEnum):
    MAIL = "mail"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """One mail or text. A text has only `to` and `text`; `calendar` is the attached file."""

    id: str
    channel: Channel
    to: str
    at: datetime
    text: str
    subject: str = ""
    html: str = ""
    calendar: str = ""


class Mailbox:
    """A folder with one JSON file an item. `now` stamps them, in UTC."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._numbers = count()

    def put_mail(self, *, to: str, subject: str, text: str, html: str, calendar: str = "") -> str:
        """Keep a mail; return its id."""
        at = self._now()
        return self._put(
            Item(
                id=self._new_id(at),
                channel=Channel.MAIL,
                to=to,
                at=at,
                text=text,
                subject=subject,
                html=html,
                calendar=calendar,
            )
        )

    def put_text(self, *, to: str, text: str) -> str:
        """Keep a text; return its id."""
        at = self._now()
        item = Item(id=self._new_id(at), channel=Channel.TEXT, to=to, at=at, text=text)
        return self._put(item)

    def items(self, limit: int) -> list[Item]:
        """Return the newest `limit` items, newest first."""
        ids = sorted((path.stem for path in self._folder.glob("*.json")), reverse=True)
        found = (self.get(item_id) for item_id in ids[:limit])
        return [item for item in found if item is not None]

    def get(self, item_id: str) -> Item | None:
        """Return the item, or None if there is none of that id, whatever the id holds."""
        if not _ID.fullmatch(item_id):
            return None
        try:
            kept = json.loads((self._folder / f"{item_id}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Item(
            **{
                **kept,
                "channel": Channel(kept["channel"]),
                "at": datetime.fromisoformat(kept["at"]),
            }
        )

    def _new_id(self, at: datetime) -> str:
        # Ids sort by time, then by the order of putting; the end keeps processes apart.
        return f"{at:%Y%m%dT%H%M%S%f}-{next(self._numbers):08}-{secrets.token_hex(4)}"

    def _put(self, item: Item) -> str:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f"{item.id}.draft"
        kept = {**asdict(item), "at": item.at.isoformat()}
        try:
            draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            # Under its own name only once it is whole: a reader never sees half a file.
            draft.replace(self._folder / f"{item.id}.json")
        except OSError:
            with suppress(OSError):
                draft.unlink()
            raise
        return item.id


class DemoMail:
    """A `MailSender` that delivers into the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(self, *, to: str, message: bytes) -> None:
        """Keep the message as its reader would see it. Nothing leaves the machine."""
        letter = message_from_bytes(message, policy=policy.SMTP)
        self._mailbox.put_mail(
            to=to,
            subject=str(letter["Subject"] or ""),
            text=_body(letter, "plain"),
            html=_body(letter, "html"),
            calendar=_attached_calendar(letter),
        )


class DemoSms:
    """An `SmsSender` that delivers into the mailbox."""

    vendor = "demo"

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(self, *, to: str, body: str, callback_url: str | None) -> str:
        """Keep the text and return its id. `callback_url` is never called."""
        return self._mailbox.put_text(to=to, text=body)

    def find(self, *, to: str, body: str, since: datetime) -> str | None:
        """Return the id of such a text kept at or after `since`, the newest, or None."""
        for item in self._mailbox.items(SEARCHED):
            if item.channel is Channel.TEXT and (item.to, item.text) == (to, body):
                return item.id if item.at >= since else None
        return None


def _body(letter: EmailMessage, subtype: str) -> str:
    part = letter.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attached_calendar(letter: EmailMessage) -> str:
    for part in letter.iter_attachments():
        if part.get_content_type() == "application/ics":
            content: bytes = part.get_content()
            return content.decode()
    return ""
