"""What is asked once more before a message about a standing hour goes out."""

import pytest
from sqlalchemy import update

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.domain.participants import Role
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, ProviderUnavailable
from booking.models import Appointment, MemberCalendar, Message, Series, db
from booking.services.addresses import send_again
from booking.services.parts import Parts
from booking.services.series.leaving import end_series
from booking.services.unit_of_work import unit_of_work
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.couples import KIM, join_in
from tests.services.series.owed import owed
from tests.services.series.standing import agreed, asked_for, client_of, live_dates
from tests.support.calendars import letters_to
from tests.support.mail import MailSpy
from tests.support.owed import change, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")


def test_a_standing_hour_that_ended_without_a_word_is_not_spoken_of(
    parts: Parts, mail: MailSpy
) -> None:
    """Whatever ends one makes its messages out of date; this holds even where that was missed."""
    series = asked_for(parts)
    change(Series, series.id, status=SeriesStatus.EXPIRED)
    dates = update(Appointment).values(status=Status.EXPIRED)
    unit_of_work(lambda session: session.execute(dates))

    sweep(parts, NOW)

    assert states(MessageKind.SERIES_REQUESTED) == [("dropped", "not_live")]
    assert states(MessageKind.THERAPIST_SERIES_REQUESTED) == [("dropped", "not_live")]
    assert mail.letters == []


def test_a_mail_put_into_words_again_is_the_same_edition(parts: Parts, mail: MailSpy) -> None:
    """What was kept cannot be opened under a new key; calendars must not take it for a change."""
    series = agreed(parts)
    mail.failure = ProviderUnavailable("down")
    sweep(parts, NOW)
    change(Message, the(MessageKind.SERIES_BOOKED).id, rendered=None)
    mail.failure = None

    sweep(parts, NOW + HOUR)

    assert states(MessageKind.SERIES_BOOKED) == [("sent", "")]
    assert the(MessageKind.SERIES_BOOKED).sequence == 0
    key = (series.members[0].id, series.part.id)
    assert db.session.get_one(MemberCalendar, key).sequence == 0


def test_who_only_pays_is_sent_no_calendar(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts)
    payer = join_in(series.id, role=Role.PAYER)
    owed(series.id, MessageKind.SERIES_CALENDAR, facts={}, member_id=payer)

    sweep(parts, NOW)

    assert states(MessageKind.SERIES_CALENDAR) == [("dropped", "nothing_new")]
    assert letters_to(mail, KIM) == []


def test_nothing_is_sent_again_of_a_standing_hour_that_is_over(parts: Parts) -> None:
    series = agreed(parts)
    seat = live_dates(series.id)[0].participants[0].id
    since = MONDAY_9AM.date()
    end_series(series.id, since, accept_late=False, actor=client_of(series), now=NOW)
    before = states(MessageKind.SERIES_BOOKED)

    with pytest.raises(IllegalTransition):
        send_again(seat, now=NOW)

    assert states(MessageKind.SERIES_BOOKED) == before
