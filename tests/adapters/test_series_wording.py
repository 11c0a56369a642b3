"""Standing hours in words: how often, on whose clock, and what became of each date."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from booking.adapters.wording.frames import TEMPLATES
from booking.adapters.wording.mails import mail
from booking.adapters.wording.series_facts import DateChange, Pattern, Way
from booking.adapters.wording.series_words import (
    change_line,
    choice_lines,
    clock_changes,
    date_line,
    date_lines,
    listed,
    minutes,
    pattern,
)
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.zones import zone
from tests.adapters.series_facts import (
    DAY,
    NEW_YORK,
    PHOENIX,
    STARTS,
    WEEK,
    for_client,
    for_offer,
    for_therapist,
    standing,
)
from tests.test_templates import EASIEST_GRADE, LONGEST_SENTENCE, grade, sentences_of

AUCKLAND, LONDON = zone("Pacific/Auckland"), zone("Europe/London")
TO_CLIENTS = sorted(
    [*TEMPLATES.glob("mail/series*.jinja"), TEMPLATES / "mail" / "standing_offer.jinja"]
)


@pytest.mark.parametrize(
    ("said", "where", "words"),
    [
        (Pattern((STARTS,), 1), PHOENIX, "Tuesdays at 5:00 PM, every week"),
        (Pattern((STARTS,), 2), NEW_YORK, "Tuesdays at 7:00 PM, every 2 weeks"),
        (Pattern((STARTS,), 1), AUCKLAND, "Wednesdays at 1:00 PM, every week"),
        (
            Pattern((STARTS, STARTS + 2 * DAY), 1),
            PHOENIX,
            "Tuesdays and Thursdays at 5:00 PM, every week",
        ),
        (
            Pattern((STARTS + 2 * DAY, STARTS + 6 * DAY, STARTS + WEEK), 4),
            PHOENIX,
            "Mondays, Tuesdays and Thursdays at 5:00 PM, every 4 weeks",
        ),
    ],
)
def test_a_pattern_is_said_on_the_clock_of_the_reader(
    said: Pattern, where: object, words: str
) -> None:
    assert pattern(said, where) == words  # type: ignore[arg-type]


def test_lists_are_said_as_people_say_them() -> None:
    assert [listed(each) for each in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_date_of_another_year_says_which() -> None:
    assert date_line(STARTS, PHOENIX, STARTS) == "Tue, Nov 3, 5:00 PM"
    assert date_line(STARTS + 9 * WEEK, PHOENIX, STARTS) == "Tue, Jan 5, 2027, 5:00 PM"


def test_each_date_has_the_other_clock_where_it_differs_then() -> None:
    # Los Angeles is an hour behind Phoenix in winter, and not in summer.
    dates = (STARTS, datetime(2027, 3, 17, 0, 0, tzinfo=UTC))
    there = standing(other_zone=zone("America/Los_Angeles"), dates=dates)

    assert date_lines(there, STARTS) == [
        "Tue, Nov 3, 5:00 PM (4:00 PM in Los Angeles)",
        "Tue, Mar 16, 2027, 5:00 PM",
    ]
    assert date_lines(there, STARTS, most=1) == date_lines(there, STARTS)[:1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (DateChange(STARTS, STARTS + DAY), "Tue, Nov 3, 5:00 PM is now Wed, Nov 4, 5:00 PM"),
        (DateChange(STARTS, None), "Not meeting: Tue, Nov 3, 5:00 PM"),
        (DateChange(None, STARTS), "New: Tue, Nov 3, 5:00 PM"),
    ],
)
def test_what_became_of_a_date_is_one_line(change: DateChange, words: str) -> None:
    assert change_line(change, PHOENIX, STARTS) == words


def ruled(anchor: object, *days: tuple[int, int]) -> tuple[datetime, ...]:
    """Return 7 PM on these days of 2027, by the clocks of `anchor`."""
    walls = (datetime(2027, month, day, 19, 0, tzinfo=anchor) for month, day in days)  # type: ignore[arg-type]
    return tuple(wall.astimezone(UTC) for wall in walls)


def test_a_clock_change_is_said_where_it_moves_the_readers_hour() -> None:
    dates = ruled(NEW_YORK, (3, 2), (3, 9), (3, 16), (3, 23))

    assert clock_changes(standing(ruled=dates)) == [
        "Clocks change in New York on March 14. From March 16 it is 4:00 PM Phoenix time."
    ]
    assert clock_changes(standing(ruled=dates, zone=NEW_YORK)) == []
    assert clock_changes(standing(ruled=dates, zone=zone("America/Chicago"))) == []


def test_in_the_weeks_between_two_changes_both_are_said() -> None:
    dates = ruled(NEW_YORK, (3, 9), (3, 16), (3, 23), (3, 30))

    assert clock_changes(standing(ruled=dates, zone=LONDON)) == [
        "Clocks change in New York on March 14. From March 16 it is 11:00 PM London time.",
        "Clocks change in London on March 28. From March 31 it is 12:00 AM London time.",
    ]


def test_choices_say_how_often_and_from_when() -> None:
    assert choice_lines([standing()], STARTS) == [
        "Tuesdays at 5:00 PM, every week, from Tue, Nov 3, 5:00 PM (7:00 PM in New York)"
    ]
    assert minutes(standing()) == "50 minutes"


@pytest.mark.parametrize("what", ["moved", "skipped", "paused", "resumed", "added", "place"])
def test_a_change_lists_exactly_what_it_touched(what: str) -> None:
    words = mail(MessageKind.SERIES_CHANGED, for_client(what=what), "en")

    touched = words.text.partition("What changed:\n")[2].partition("\n\n")[0].splitlines()
    assert touched == [
        "Tue, Nov 3, 5:00 PM is now Wed, Nov 4, 5:00 PM",
        "Not meeting: Tue, Nov 10, 5:00 PM",
        "New: Tue, Nov 17, 5:00 PM",
    ]
    assert words.subject == "Your appointments have changed"


def test_each_kind_of_change_has_words_of_its_own() -> None:
    kinds = ["moved", "skipped", "paused", "resumed", "added", "left", "place"]
    first = {
        mail(MessageKind.SERIES_CHANGED, for_client(what=what), "en").text.partition("\n")[0]
        for what in kinds
    }

    assert len(first) == len(kinds)


def test_an_open_series_says_that_more_dates_follow() -> None:
    words = mail(MessageKind.SERIES_BOOKED, for_client(standing=standing(open_ended=True)), "en")

    assert "Your next dates:" in words.text
    assert "More dates follow." in words.text


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        ("$50", "You can cancel each date at no cost up to 24 hours before. After that the late"),
        ("", "You can cancel each date at no cost until it starts."),
    ],
)
def test_the_policy_stands_where_it_bites(fee: str, said: str) -> None:
    assert said in mail(MessageKind.SERIES_BOOKED, for_client(fee=fee), "en").text


@pytest.mark.parametrize(
    ("agreed", "said"),
    [(True, "Amara has yet to say yes."), (False, "One more step: please read the agreement")],
)
def test_a_request_says_what_it_waits_for(agreed: bool, said: str) -> None:
    words = mail(MessageKind.SERIES_REQUESTED, for_client(agreed=agreed), "en")

    assert said in words.text
    assert ("/agreement" in words.text) is not agreed


def test_a_phone_series_says_who_rings_whom() -> None:
    way = Way(Modality.PHONE, "212-555-0123")
    words = mail(MessageKind.SERIES_BOOKED, for_client(standing=standing(way=way)), "en")

    assert "By phone. Amara will call you at 212-555-0123." in words.text
    there = mail(MessageKind.THERAPIST_SERIES_BOOKED, for_therapist(), "en")
    assert "By phone. You call; the number is on your page." in there.text


def test_an_offer_lists_its_times_or_lets_choose() -> None:
    held = mail(MessageKind.STANDING_OFFER, for_offer(), "en").text
    free = mail(MessageKind.STANDING_OFFER, for_offer(choices=()), "en").text

    assert "The times are held until Monday, November 2, 5:00 PM, Phoenix time." in held
    assert "Please choose by Monday, November 2, 5:00 PM, Phoenix time." in free
    assert "hold" not in free


def test_questions_are_counted_in_the_subject() -> None:
    kind = MessageKind.THERAPIST_SERIES_QUESTIONS

    assert mail(kind, for_therapist(), "en").subject == "2 dates need a decision"
    one = for_therapist(undecided=(STARTS,))
    assert mail(kind, one, "en").subject == "1 date needs a decision"


def test_a_fee_is_told_with_the_dates_it_is_for() -> None:
    words = mail(MessageKind.SERIES_ENDED, for_client(changes=(DateChange(STARTS, None),)), "en")

    assert "so the late fee is $50" in words.text
    assert "late fee" not in mail(MessageKind.SERIES_ENDED, for_client(fee=""), "en").text


@pytest.mark.parametrize("page", TO_CLIENTS, ids=lambda page: page.stem)
def test_words_for_clients_are_easy_to_read(page: Path) -> None:
    sentences = [s for s in sentences_of(page) if len(s.split()) >= 4 and s[-1] in ".?:"]

    assert grade(sentences) <= EASIEST_GRADE
    assert not [s for s in sentences_of(page) if len(s.split()) > LONGEST_SENTENCE]


def test_a_session_that_lasts_is_said_in_minutes() -> None:
    assert minutes(standing(length=timedelta(minutes=1))) == "1 minute"
