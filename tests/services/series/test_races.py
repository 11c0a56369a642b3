"""Mails about one series claimed at once: no two of them are the same edition of a calendar."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from booking.models import Message, db
from booking.services import messages
from booking.services.changes import move
from booking.services.parts import Parts
from tests.factories import MINUTE, NOW
from tests.services.series.standing import agreed, live_dates
from tests.services.test_send_races import at_once
from tests.support.mail import MailSpy
from tests.support.owed import DAY, sweep

pytestmark = pytest.mark.usefixtures("practice")

MOVED = 4


def test_e1_mails_claimed_at_once_have_numbers_of_their_own(
    app: Flask, parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    for date in live_dates(series.id)[1 : MOVED + 1]:
        move(date.participants[0].id, date.starts_at + DAY, now=NOW + MINUTE)
    ids = messages.due(now=NOW + MINUTE, limit=100)
    assert len(ids) == 2 * MOVED

    at_once(app, *[partial(messages.deliver, each, parts=parts, now=NOW + MINUTE) for each in ids])

    db.session.rollback()
    sent = db.session.scalars(select(Message).where(Message.id.in_(ids))).all()
    for to_client in (True, False):
        numbers = [m.sequence for m in sent if (m.participant_id is not None) is to_client]
        assert sorted(number for number in numbers if number is not None) == [1, 2, 3, 4]
