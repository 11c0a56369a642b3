"""Turns a message into the very bytes that leave, once; a repeat is the same to the letter."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import cast

from sqlalchemy.orm import Session

from booking.adapters.links import Links
from booking.adapters.mail import Letter
from booking.adapters.mail.compose import compose
from booking.adapters.wording.facts import ForText
from booking.adapters.wording.languages import ENGLISH
from booking.adapters.wording.mails import AnyFacts, mail
from booking.adapters.wording.texts import text
from booking.domain.messages import Channel, MessageKind
from booking.domain.zones import zone
from booking.models import Message, Participant
from booking.queries.practices import the_practice
from booking.services.messages.estimates import estimate_facts
from booking.services.messages.invitations import Enclosure, Envelope, enclosure
from booking.services.messages.series_invitations import (
    SeriesMail,
    date_enclosure,
    series_enclosure,
)
from booking.services.messages.series_readers import reader_of
from booking.services.messages.series_telling import series_facts
from booking.services.messages.telling import (
    clients_zone,
    house_of,
    mail_facts,
)
from booking.services.messages.urls import texted_series_url, texted_url
from booking.services.messages.waiting_telling import (
    offer_in,
    offer_url,
    readers_zone,
    waiting_facts,
)
from booking.services.parts import Parts


def frozen(
    session: Session,
    message: Message,
    *,
    together: Sequence[Message],
    parts: Parts,
    now: datetime,
) -> bytes:
    """Return the bytes to send to `message.sent_to`: those kept, or made now and then kept.

    They are kept sealed, since the links in them would open what they lead to.
    """
    kept = parts.sealer.open(message.rendered)
    if not kept:
        if message.channel is Channel.SMS:
            kept = _text(session, message, together, parts)
        else:
            kept = _mail(session, message, parts, now).decode("ascii")
        message.rendered = parts.sealer.seal(kept)
    return kept.encode()


def mailbox_of(parts: Parts) -> str:
    """Return the bare address mails come from; raise `LookupError` if there is none."""
    mailbox = parseaddr(parts.settings.mail_from or "")[1]
    if not mailbox:
        raise LookupError("mails need MAIL_FROM")
    return mailbox


def _mail(session: Session, message: Message, parts: Parts, now: datetime) -> bytes:
    language = _language(message)
    facts = _gather_for(message)(session, message, links=parts.links, now=now)
    words = mail(message.kind, facts, language)
    house, mailbox = house_of(the_practice(session)), mailbox_of(parts)
    to = message.sent_to or ""
    envelope = Envelope(house, mailbox, to, now)
    enclosed = _enclosed(session, message, envelope, parts.links)
    letter = Letter(
        to=to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"{message.public_id}@{mailbox.rpartition('@')[2]}",
        written_at=now,
        calendar=enclosed.calendar if enclosed else None,
        method=enclosed.method if enclosed else None,
    )
    return compose(letter, sender=f"{house.name} <{mailbox}>")


def _gather_for(message: Message) -> Callable[..., AnyFacts]:
    if message.waiting_id is not None:
        return waiting_facts
    if message.series_id is not None or "offer" in message.facts:
        return series_facts
    return estimate_facts if message.kind is MessageKind.ESTIMATE else mail_facts


def _enclosed(
    session: Session, message: Message, envelope: Envelope, links: Links
) -> Enclosure | None:
    reader, language = reader_of(session, message), _language(message)
    if reader is None:
        return enclosure(message, envelope, links=links, language=language)
    written = SeriesMail(message, reader, envelope, links, language)
    if message.appointment is None:
        return series_enclosure(written)
    return date_enclosure(written, message.appointment)


def _text(session: Session, message: Message, together: Sequence[Message], parts: Parts) -> str:
    if message.waiting is not None:
        offer = offer_in(session, message)
        starts, here, url = [offer.starts_at], readers_zone(offer), offer_url(offer, parts.links)
    elif message.member is not None:
        starts, here = [], zone(message.member.person.time_zone)
        url = texted_series_url(message.member, parts.links)
    else:
        participant = cast("Participant", message.participant)  # only clients are sent texts
        starts = [each.appointment.starts_at for each in (message, *together) if each.appointment]
        here, url = clients_zone(participant), texted_url(participant, parts.links)
    name = house_of(the_practice(session)).name
    facts = ForText(name=name, starts=tuple(sorted(starts)), zone=here, url=url)
    return text(message.kind, facts, _language(message))


def _language(message: Message) -> str:
    whose = message.member or message.participant or message.waiting
    return whose.person.language if whose else ENGLISH
