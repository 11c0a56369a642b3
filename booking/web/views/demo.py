"""The demo's mailbox, as its pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking.adapters.mailbox import Channel, Item
from booking.adapters.phones import spoken
from booking.adapters.wording import times


@dataclass(frozen=True, slots=True)
class Post:
    """A mail or a text; `is_text` ones have neither a subject nor a page of their own."""

    id: str
    is_text: bool
    to: str
    to_words: str
    at: str
    subject: str
    text: str
    has_html: bool
    has_calendar: bool


def posts(items: Iterable[Item], zone: ZoneInfo) -> list[Post]:
    return [post(item, zone) for item in items]


def post(item: Item, zone: ZoneInfo) -> Post:
    is_text = item.channel is Channel.TEXT
    return Post(
        id=item.id,
        is_text=is_text,
        to=item.to,
        to_words=spoken(item.to, country="US") if is_text else item.to,
        at=times.long_time(item.at, zone),
        subject=item.subject,
        text=item.text,
        has_html=bool(item.html),
        has_calendar=bool(item.calendar),
    )
