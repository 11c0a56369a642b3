"""A text that the carrier delivers twice at the same moment."""

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from booking.domain.texts import Word
from booking.models import InboundText, db
from booking.services.messages import inbound
from tests.factories import NOW
from tests.support.meanwhile import while_another_writes

pytestmark = pytest.mark.usefixtures("practice")


def test_of_two_at_once_one_is_answered(app: Flask) -> None:
    sid, phone = "SM" + "1" * 32, "+12125550123"
    row = {"reference": sid, "phone": phone, "word": Word.HELP, "received_at": NOW}

    said = while_another_writes(
        app,
        insert(InboundText).values(row),
        lambda: inbound(sid, phone=phone, body="HELP", now=NOW),
        waits_at="INSERT INTO inbound_text",
    )

    assert said is None
    assert db.session.scalars(select(func.count()).select_from(InboundText)).one() == 1
