"""The mail that brings an estimate of cost: neutral, by day if it can wait, never out of date."""

import pytest
from sqlalchemy import select

from booking.domain.messages import MessageKind
from booking.models import Appointment, CostEstimate, Participant, db
from booking.services.addresses import correct_address
from booking.services.estimates import owe_estimates
from booking.services.parts import Parts
from tests.factories import HOUR, NOW
from tests.services.series.standing import agreed, live_dates
from tests.services.test_estimates import A_DAY, SECOND, changed_price, single
from tests.support.mail import MailSpy
from tests.support.owed import change, plain, states, sweep

pytestmark = pytest.mark.usefixtures("practice")


def test_the_mail_has_a_link_and_says_nothing_else(parts: Parts, mail: MailSpy) -> None:
    agreed(parts)
    owe_estimates(now=NOW)

    sweep(parts, NOW)

    [letter] = [each for each in mail.letters if "cost" in each["Subject"]]
    assert letter["Subject"] == "About the cost of your appointments"
    assert "/e/" in plain(letter)
    assert "$" not in plain(letter)
    assert states(MessageKind.ESTIMATE) == [("sent", "")]


def test_the_mail_waits_for_the_morning_unless_that_is_too_late(parts: Parts) -> None:
    agreed(parts)
    night = NOW + 10 * HOUR  # Friday, 8 PM: there is time until Monday
    owe_estimates(now=night)
    sweep(parts, night)
    assert states(MessageKind.ESTIMATE) == [("due", "")]

    sweep(parts, NOW + 4 * A_DAY - 9 * HOUR)  # Tuesday, 1 AM: it was due on Monday

    assert states(MessageKind.ESTIMATE) == [("sent", "")]


def test_what_was_replaced_or_is_off_is_not_sent(parts: Parts) -> None:
    series = agreed(parts)
    owe_estimates(now=NOW)
    changed_price(series, 150_00)
    owe_estimates(now=NOW)
    participant_id = single(parts, SECOND + HOUR, email="kim@example.org")
    owe_estimates(now=NOW)
    row = db.session.get_one(Participant, participant_id)
    change(Appointment, row.appointment_id, status="cancelled")

    sweep(parts, NOW)

    assert states(MessageKind.ESTIMATE) == [
        ("dropped", "superseded"),
        ("sent", ""),
        ("dropped", "not_live"),
    ]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_corrected_address_is_sent_it_and_the_link_mailed_astray_is_over(
    parts: Parts, mail: MailSpy, *, repeats: bool
) -> None:
    if repeats:
        participant_id = live_dates(agreed(parts).id)[0].participants[0].id
    else:
        participant_id = single(parts, SECOND)
    owe_estimates(now=NOW)
    sweep(parts, NOW)

    correct_address(participant_id, "samuel@example.org", now=NOW + HOUR)
    sweep(parts, NOW + HOUR)

    db.session.rollback()
    assert db.session.scalars(select(CostEstimate.link_version)).all() == [2]
    astray, right = (each for each in mail.letters if "cost" in each["Subject"])
    assert (astray["To"], right["To"]) == ("sam@example.org", "samuel@example.org")
    assert link_in(plain(astray)) != link_in(plain(right))


def link_in(text: str) -> str:
    [found] = [word for word in text.split() if "/e/" in word]
    return found
