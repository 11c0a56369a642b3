"""The agreement in the therapist's words: read, written as a new edition, asked for again."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.domain.agreements import DEFAULT, LONGEST_SECTION
from booking.models import Agreement, db
from booking.services.parts import Parts
from tests.services.series.standing import agreed, kinds_owed
from tests.web.browsing import Browser
from tests.web.staff_pages import signed_in

pytestmark = pytest.mark.usefixtures("then")

OURS = "We look at your goals every month."


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def editions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Agreement.goals).order_by(Agreement.version)))


def test_before_the_first_edition_our_own_words_hold(amara: Browser) -> None:
    page = amara.get("/staff/agreement")

    assert "These are our words." in page.text
    assert page.forms[-1].fields["goals"] == DEFAULT.goals
    assert editions() == []


def test_saving_makes_an_edition_and_says_who_is_asked_again(amara: Browser, parts: Parts) -> None:
    series = agreed(parts)
    page = amara.get("/staff/agreement")
    assert "Edition 1 is in force, since Friday, March 1, 10:00 AM" in page.text
    assert "1 person has a standing hour with you." in page.text

    page = amara.press(page, "Save as a new edition", goals=OURS)

    assert editions() == [DEFAULT.goals, OURS]
    assert "Saved as edition 2. 1 person is asked again, by mail in three minutes." in page.text
    assert kinds_owed().count("series_terms") == 1
    page = amara.get(f"/staff/series/{series.public_id}")
    assert "Agreed to edition 1" in page.text
    assert "There is a newer edition since." in page.text


def test_the_same_words_make_no_edition(amara: Browser, parts: Parts) -> None:
    agreed(parts)

    page = amara.press(amara.get("/staff/agreement"), "Save as a new edition")

    assert editions() == [DEFAULT.goals]
    assert "That says the same as before. Edition 1 stays in force." in page.text


@pytest.mark.parametrize(
    ("goals", "words"), [(" ", "Please fill this in."), ("x" * (LONGEST_SECTION + 1), "fewer")]
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    amara: Browser, goals: str, words: str
) -> None:
    page = amara.press(
        amara.get("/staff/agreement"), "Save as a new edition", goals=goals, telehealth=OURS
    )

    assert page.status == 422
    assert page.title.startswith("Error:")
    assert words in page.text
    assert page.forms[-1].fields["telehealth"] == OURS
    assert editions() == []


def test_what_was_typed_is_kept_while_somebody_signs_in_again(
    amara: Browser, app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    page = amara.get("/staff/agreement")
    then.shift(2 * 3600)
    page = amara.press(page, "Save as a new edition", goals=OURS)
    assert page.path.startswith("/staff/sign-in")

    fresh = signed_in(app, parts).client.get_cookie("staff")
    assert fresh is not None
    amara.client.set_cookie("staff", fresh.value)
    page = amara.get("/staff/agreement")

    assert "It is not saved yet." in page.text
    assert page.forms[-1].fields["goals"] == OURS
    assert editions() == []
