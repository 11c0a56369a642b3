"""Who is a minor, who may come alone, and what a guardian may see."""

from datetime import date

import pytest

from booking.domain.minors import (
    CONSENTS,
    MAJORITIES,
    GuardianSees,
    Rule,
    age_on,
    consent_rule,
    default_for,
    guardian_is_told,
    guardian_may_see,
    is_minor,
    may_consent_alone,
    setting_in_force,
)
from booking.domain.places import STATES

TODAY = date(2027, 3, 1)
THE_DAY_BEFORE = date(2027, 2, 28)


def aged(years: int) -> date:
    """Return the date of birth of somebody whose birthday is TODAY."""
    return date(TODAY.year - years, TODAY.month, TODAY.day)


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2027, 3, 1), 15), (date(2027, 2, 28), 14), (date(2028, 2, 29), 15)],
)
def test_a_year_is_full_on_the_birthday(on: date, age: int) -> None:
    assert age_on(date(2012, 3, 1), on) == age


def test_who_was_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)

    assert age_on(born, date(2030, 2, 28)) == 17
    assert age_on(born, date(2030, 3, 1)) == 18
    assert age_on(born, date(2032, 2, 29)) == 20


@pytest.mark.parametrize(
    ("state", "majority"),
    [("NY", 18), ("CA", 18), (None, 18), ("AL", 19), ("NE", 19), ("MS", 21)],
)
def test_the_age_of_majority_is_that_of_the_state(state: str | None, majority: int) -> None:
    assert is_minor(aged(majority), THE_DAY_BEFORE, state=state)
    assert not is_minor(aged(majority), TODAY, state=state)


@pytest.mark.parametrize(
    ("state", "age"), [("AL", 16), ("CA", 12), ("IL", 12), ("MS", 18), ("NE", 18)]
)
def test_some_may_come_alone_before_they_are_of_age(state: str, age: int) -> None:
    assert not may_consent_alone(aged(age), THE_DAY_BEFORE, state=state)
    assert may_consent_alone(aged(age), TODAY, state=state)
    assert is_minor(aged(age), TODAY, state=state)


@pytest.mark.parametrize("state", ["NY", None])
def test_where_no_rule_is_known_a_minor_does_not_come_alone(state: str | None) -> None:
    assert not may_consent_alone(aged(18), THE_DAY_BEFORE, state=state)
    assert may_consent_alone(aged(18), TODAY, state=state)


@pytest.mark.parametrize("rule", CONSENTS, ids=lambda rule: rule.state)
def test_a_rule_holds_from_its_day(rule: Rule) -> None:
    born = date(rule.valid_from.year - rule.age, 1, 1)
    day_before = date.fromordinal(rule.valid_from.toordinal() - 1)

    assert consent_rule(rule.valid_from, state=rule.state) == rule
    assert consent_rule(day_before, state=rule.state) is None
    assert may_consent_alone(born, rule.valid_from, state=rule.state)


def test_the_rule_of_the_practice_goes_before_that_of_the_state() -> None:
    stricter = Rule(state="CA", age=16, valid_from=date(2026, 1, 1))

    assert not may_consent_alone(aged(15), TODAY, state="CA", overrides=[stricter])
    assert may_consent_alone(aged(16), TODAY, state="CA", overrides=[stricter])


def test_a_rule_of_the_practice_adds_a_state() -> None:
    added = Rule(state="WA", age=13, valid_from=TODAY, note="Ask the supervisor.")

    assert may_consent_alone(aged(13), TODAY, state="WA", overrides=[added])
    assert not may_consent_alone(aged(14), THE_DAY_BEFORE, state="WA", overrides=[added])
    assert not may_consent_alone(aged(13), TODAY, state="OR", overrides=[added])
    assert consent_rule(TODAY, state="WA", overrides=[added]) == added


def test_the_rule_of_the_practice_ends_and_that_of_the_state_is_back() -> None:
    for_now = Rule(state="CA", age=17, valid_from=date(2026, 1, 1), valid_until=TODAY)
    tomorrow = date(2027, 3, 2)

    assert not may_consent_alone(aged(14), TODAY, state="CA", overrides=[for_now])
    assert may_consent_alone(aged(14), tomorrow, state="CA", overrides=[for_now])


def test_a_rule_of_the_practice_does_not_make_an_adult_ask_a_guardian() -> None:
    too_high = Rule(state="NY", age=21, valid_from=date(2026, 1, 1))

    assert may_consent_alone(aged(18), TODAY, state="NY", overrides=[too_high])


@pytest.mark.parametrize("rules", [MAJORITIES, CONSENTS])
def test_each_rule_is_of_a_state_and_begins_on_a_day_of_its_own(rules: tuple[Rule, ...]) -> None:
    keys = [(rule.state, rule.valid_from) for rule in rules]

    assert {rule.state for rule in rules} <= set(STATES)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("age", "state", "sees"),
    [
        (11, "CA", GuardianSees.MESSAGES),
        (12, "CA", GuardianSees.TIMES),
        (17, "NY", GuardianSees.MESSAGES),
        (18, "NY", GuardianSees.NOTHING),
        (18, "NE", GuardianSees.TIMES),
    ],
)
def test_a_guardian_sees_less_the_older_a_minor_is(
    age: int, state: str, sees: GuardianSees
) -> None:
    assert default_for(aged(age), TODAY, state=state) is sees


def test_the_rule_of_the_practice_decides_what_a_guardian_sees_at_first() -> None:
    added = Rule(state="WA", age=13, valid_from=date(2026, 1, 1))

    sees = default_for(aged(13), TODAY, state="WA", overrides=[added])

    assert sees is GuardianSees.TIMES


@pytest.mark.parametrize("chosen", GuardianSees)
def test_what_was_chosen_for_a_minor_ends_when_they_are_of_age(chosen: GuardianSees) -> None:
    born = aged(18)

    assert setting_in_force(chosen, born, on=THE_DAY_BEFORE, state="NY") is chosen
    assert setting_in_force(chosen, born, on=TODAY, state="NY") is GuardianSees.NOTHING


@pytest.mark.parametrize(
    ("setting", "sees", "told"),
    [
        (GuardianSees.NOTHING, False, False),
        (GuardianSees.TIMES, True, False),
        (GuardianSees.MESSAGES, True, True),
    ],
)
def test_a_guardian_is_shown_what_the_setting_says(
    setting: GuardianSees, sees: bool, told: bool
) -> None:
    assert guardian_may_see(setting, booked_by_minor=False) is sees
    assert guardian_is_told(setting, booked_by_minor=False) is told


@pytest.mark.parametrize("setting", GuardianSees)
def test_what_a_minor_booked_alone_is_never_shown_to_a_guardian(setting: GuardianSees) -> None:
    assert not guardian_may_see(setting, booked_by_minor=True)
    assert not guardian_is_told(setting, booked_by_minor=True)
