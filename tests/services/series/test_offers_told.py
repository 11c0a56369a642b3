"""What is told of offered times, and of dates that wait for a decision."""

import re

import pytest
from sqlalchemy import update

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.neutral import telling
from booking.models import SeriesQuestion, StandingOffer, db
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.offering import (
    NewOffer,
    OfferedTime,
    decline_offer,
    offer_times,
)
from booking.services.unit_of_work import unit_of_work
from tests.factories import HOUR, MINUTE, NOW
from tests.services.series.owed import owed
from tests.services.series.standing import MONDAYS, agreed
from tests.support.calendars import calendar_text, letters_to
from tests.support.mail import MailSpy
from tests.support.owed import booked, plain, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

SAM, AMARA = "sam@example.org", "amara@alder.example"
TIME = OfferedTime(starts_at=MONDAYS[1], pattern=Pattern(count=4), modality=Modality.VIDEO)


def offered(parts: Parts, mail: MailSpy, *times: OfferedTime, zone: str = "UTC") -> StandingOffer:
    """Return what Amara offers Sam after a call of theirs."""
    made = booked(parts, guest={"time_zone": zone})
    sweep(parts, NOW)
    mail.sent.clear()
    amara = the(MessageKind.THERAPIST_BOOKED).therapist_id
    assert amara is not None
    wanted = NewOffer(appointment_id=made.appointment_id, session_type="standing", times=times)
    return db.session.get_one(StandingOffer, offer_times(amara, wanted, now=NOW))


def test_offered_times_are_mailed_with_a_link_of_their_own(parts: Parts, mail: MailSpy) -> None:
    offer = offered(parts, mail, TIME, zone="America/Phoenix")

    sweep(parts, NOW + 2 * HOUR)

    (letter,) = letters_to(mail, SAM)
    said = plain(letter)
    assert letter["Subject"] == "Times for your appointments"
    assert "Mondays at 6:00 AM, every week, from Mon, Mar 11, 6:00 AM (9:00 AM in New" in said
    assert "held until Sunday, March 3, 8:00 AM, Phoenix time" in said
    (token,) = re.findall(r"/o/(\S+)", said)
    assert token == parts.links.token(Purpose.OFFER, offer.link_id, offer.link_version)
    assert telling(said) == telling(letter["Subject"]) == []
    assert calendar_text(letter) == ""


def test_open_hours_are_offered_without_times(parts: Parts, mail: MailSpy) -> None:
    offered(parts, mail)

    sweep(parts, NOW)

    assert "You can now choose a regular time with Amara." in plain(letters_to(mail, SAM)[0])


def test_an_offer_waits_for_the_day_and_is_dropped_once_it_is_over(
    parts: Parts, mail: MailSpy
) -> None:
    offer = offered(parts, mail, TIME, zone="Pacific/Auckland")  # four in the morning there

    sweep(parts, NOW)
    assert mail.sent == []
    decline_offer(offer.id, now=NOW + HOUR)
    sweep(parts, NOW + 5 * HOUR)

    assert states(MessageKind.STANDING_OFFER) == [("dropped", "not_live")]
    (letter,) = letters_to(mail, AMARA)
    assert letter["Subject"] == "Offered times were declined"
    assert "S. R. said no" in plain(letter)
    assert "Sam" not in plain(letter)


def test_an_offer_that_ran_out_is_not_mailed(parts: Parts, mail: MailSpy) -> None:
    offered(parts, mail, TIME)
    unit_of_work(
        lambda session: session.execute(update(StandingOffer).values(expires_at=NOW + MINUTE))
    )

    sweep(parts, NOW + 2 * MINUTE)

    assert states(MessageKind.STANDING_OFFER) == [("dropped", "stale")]


def asked_about(series_id: int, part_id: int) -> list[int]:
    rows = [
        SeriesQuestion(
            series_id=series_id,
            part_id=part_id,
            occurrence=start.date(),
            starts_at=start,
            why="taken",
            asked_at=NOW,
        )
        for start in MONDAYS[6:]
    ]

    def work(session: object) -> list[int]:
        db.session.add_all(rows)
        db.session.flush()
        return [row.id for row in rows]

    return unit_of_work(work)


def test_the_therapist_is_asked_about_dates_that_could_not_be_made(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    ids = asked_about(series.id, series.part.id)
    unit_of_work(
        lambda session: session.execute(
            update(SeriesQuestion).where(SeriesQuestion.id == ids[0]).values(settled_at=NOW)
        )
    )
    owed(series.id, MessageKind.THERAPIST_SERIES_QUESTIONS, facts={"questions": ids})

    sweep(parts, NOW)

    letter = letters_to(mail, AMARA)[-1]
    assert letter["Subject"] == "1 date needs a decision"
    assert "Undecided:\r\nMon, Apr 22, 9:00 AM" in plain(letter)
    assert "/staff/series" in plain(letter)


def test_nobody_is_asked_what_is_decided(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts)
    ids = asked_about(series.id, series.part.id)
    unit_of_work(lambda session: session.execute(update(SeriesQuestion).values(settled_at=NOW)))
    owed(series.id, MessageKind.THERAPIST_SERIES_QUESTIONS, facts={"questions": ids})

    sweep(parts, NOW)

    assert states(MessageKind.THERAPIST_SERIES_QUESTIONS) == [("dropped", "nothing_new")]
