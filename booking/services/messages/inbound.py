"""Texts that come in: STOP, START and HELP are honoured and kept; nothing else is acted on."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.adapters.wording.languages import ENGLISH
from booking.adapters.wording.texts import reply
from booking.domain.texts import Word, read_word
from booking.models import InboundText, PhoneStop, SmsConsent
from booking.queries.practices import the_practice
from booking.services.audit import SYSTEM, record
from booking.services.messages.settling import keep_stop
from booking.services.messages.telling import house_of
from booking.services.unit_of_work import unit_of_work

# Two machines that answer each other must come to an end.
REPLIES_COUNT = timedelta(hours=1)
MOST_REPLIES = {Word.OTHER: 1}
MOST_OTHER_REPLIES = 5
BY_TEXT = "text"


def inbound(reference: str, *, phone: str, body: str, now: datetime) -> str | None:
    """Do what a text asks for and return the reply to send, if any.

    The same `reference` acts once, and is answered once. Nothing in a reply depends on
    whether the number is known. What was written is not kept.
    """
    word = read_word(body)

    def work(session: Session) -> str | None:
        if session.get(InboundText, reference) is not None:
            return None
        answered = _may_answer(session, phone, word, now)
        session.add(InboundText(reference=reference, phone=phone, word=word, received_at=now))
        session.flush()
        if word is Word.STOP:
            keep_stop(session, phone, how=BY_TEXT, now=now)
        elif word is Word.START:
            _start_again(session, phone, now)
        return reply(word, house_of(the_practice(session)), ENGLISH) if answered else None

    try:
        return unit_of_work(work)
    except IntegrityError:
        return None  # the same text came twice at once, and the other one won


def _may_answer(session: Session, phone: str, word: Word, now: datetime) -> bool:
    earlier = select(func.count()).where(
        InboundText.phone == phone,
        InboundText.word == word,
        InboundText.received_at > now - REPLIES_COUNT,
    )
    count = session.scalar(earlier) or 0
    if word is Word.OTHER and _is_stopped(session, phone):
        return False
    return count < MOST_REPLIES.get(word, MOST_OTHER_REPLIES)


def _is_stopped(session: Session, phone: str) -> bool:
    stop = session.get(PhoneStop, phone)
    return stop is not None and stop.started_at is None


def _start_again(session: Session, phone: str, now: datetime) -> None:
    """Give back the consents that a STOP ended, as new ones: the old ones did end."""
    stop = session.get(PhoneStop, phone)
    if stop is None or stop.started_at is not None:
        return
    stop.started_at = now
    ended = session.scalars(
        select(SmsConsent)
        .filter_by(phone=phone, revoked_at=stop.stopped_at)
        .order_by(SmsConsent.id)
    )
    for person_id, old in {consent.person_id: consent for consent in ended}.items():
        session.add(
            SmsConsent(
                person_id=person_id,
                phone=phone,
                wording=old.wording,
                wording_version=old.wording_version,
                method=BY_TEXT,
                given_at=now,
            )
        )
        record(session, "texts started", ("person", person_id), actor=SYSTEM, now=now)
