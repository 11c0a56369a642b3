"""Texts about a series: neutral, one segment, and only to those who said yes."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.adapters.links import Purpose
from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.neutral import telling
from booking.domain.texts import segments
from booking.models import Person, Series, SeriesMember, SmsConsent, db
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.owed import owed
from tests.services.series.standing import MONDAYS, agreed
from tests.support.owed import states, sweep

pytestmark = pytest.mark.usefixtures("practice", "mail")

TEXTED = [MessageKind.SERIES_CHANGED, MessageKind.SERIES_ENDED]
LATE = NOW + 12 * HOUR  # ten in the evening in New York


def series_of_one_who(parts: Parts, *, texts: bool = True) -> Series:
    """Return a series of somebody who proved their address, and perhaps wants texts."""
    series = agreed(parts, guest=factories.guest(sms_consent=texts))
    unit_of_work(lambda session: session.execute(update(Person).values(verified_at=NOW)))
    return series


def text_owed(series: Series, kind: MessageKind, *starts: str, **more: object) -> None:
    facts = {"part": series.part.id, "what": "moved", "changes": [[each, None] for each in starts]}
    member = series.members[0].id
    owed(series.id, kind, channel=Channel.SMS, member_id=member, facts=facts, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", TEXTED)
def test_a_text_of_a_series_is_one_neutral_segment(
    parts: Parts, sms: FakeSms, kind: MessageKind
) -> None:
    series = series_of_one_who(parts)
    text_owed(series, kind)

    sweep(parts, NOW)

    (sent,) = sms.sent
    member = db.session.scalars(select(SeriesMember)).one()
    assert sent.to == "+12125550123"
    assert segments(sent.body) == 1
    assert telling(sent.body) == []
    assert sent.body.startswith("Alder Street: your appointments ")
    assert parts.links.token(Purpose.SERIES, member.link_id) in sent.body
    assert "Amara" not in sent.body


def test_nobody_is_texted_who_did_not_say_yes_or_took_it_back(parts: Parts, sms: FakeSms) -> None:
    series = series_of_one_who(parts)
    unit_of_work(
        lambda session: session.execute(update(SmsConsent).values(revoked_at=NOW, revoked_how="x"))
    )
    text_owed(series, MessageKind.SERIES_CHANGED)

    sweep(parts, NOW)

    assert sms.sent == []
    assert states(MessageKind.SERIES_CHANGED, Channel.SMS) == [("dropped", "no_consent")]


def test_a_consent_for_another_number_is_none(parts: Parts, sms: FakeSms) -> None:
    series = series_of_one_who(parts)
    unit_of_work(lambda session: session.execute(update(SeriesMember).values(phone="+12125550199")))
    text_owed(series, MessageKind.SERIES_CHANGED)

    sweep(parts, NOW)

    assert states(MessageKind.SERIES_CHANGED, Channel.SMS) == [("dropped", "no_consent")]


def test_without_a_number_there_is_no_text(parts: Parts, sms: FakeSms) -> None:
    series = series_of_one_who(parts)
    unit_of_work(lambda session: session.execute(update(SeriesMember).values(phone=None)))
    text_owed(series, MessageKind.SERIES_ENDED)

    sweep(parts, NOW)

    assert states(MessageKind.SERIES_ENDED, Channel.SMS) == [("dropped", "no_phone")]


def test_a_text_waits_for_the_morning_where_the_person_is(parts: Parts, sms: FakeSms) -> None:
    series = series_of_one_who(parts)
    text_owed(series, MessageKind.SERIES_CHANGED, "2030-03-11T13:00:00Z", at=LATE)

    sweep(parts, LATE)
    assert sms.sent == []

    sweep(parts, LATE + 11 * HOUR)
    assert len(sms.sent) == 1


def test_a_text_of_a_date_before_the_morning_goes_at_once(parts: Parts, sms: FakeSms) -> None:
    series = series_of_one_who(parts)
    soon = MONDAYS[0] - timedelta(hours=3)
    text_owed(series, MessageKind.SERIES_CHANGED, "2030-03-04T14:00:00Z", at=soon)

    sweep(parts, soon)

    assert len(sms.sent) == 1
