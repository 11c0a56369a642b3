"""By when an estimate is owed: the triggers and days of 45 CFR 149.610."""

from dataclasses import replace
from datetime import date

import pytest

from booking.domain.estimates import (
    DISPUTES,
    RULES,
    Lead,
    dispute_terms,
    due_by,
    due_by_change,
    due_by_request,
    is_owed,
)
from booking.domain.facets import Facet, labels

NO_HOLIDAYS: frozenset[date] = frozenset()
# Thanksgiving and Christmas of 2026, a Thursday and a Friday.
CLOSED = frozenset({date(2026, 11, 26), date(2026, 12, 25)})
MONDAY = date(2026, 11, 2)
THE_LAW, BEFORE_IT = RULES[0], date(2021, 12, 31)


def november(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("service_on", "due"),
    [
        # The same day, and one and two business days ahead: no duty.
        (november(2), None),
        (november(3), None),
        (november(4), None),
        # Three to nine ahead: one business day after scheduling.
        (november(5), november(3)),
        (november(13), november(3)),
        # Ten and more ahead: three business days after scheduling.
        (november(16), november(5)),
        (date(2027, 3, 1), november(5)),
    ],
)
def test_the_day_depends_on_how_far_ahead_it_was_scheduled(
    service_on: date, due: date | None
) -> None:
    assert due_by(MONDAY, service_on, closed=NO_HOLIDAYS) == due


@pytest.mark.parametrize(
    ("scheduled_on", "service_on", "due"),
    [
        # Wednesday for Monday after Thanksgiving is only two business days ahead.
        (november(25), november(30), None),
        (november(24), november(30), november(25)),
        # The third business day after that Tuesday is Monday, not Friday.
        (november(24), date(2026, 12, 15), november(30)),
        # Ten weekdays, but nine business days ahead.
        (november(23), date(2026, 12, 7), november(24)),
    ],
)
def test_holidays_count_neither_ahead_nor_after(
    scheduled_on: date, service_on: date, due: date | None
) -> None:
    assert due_by(scheduled_on, service_on, closed=CLOSED) == due


def test_who_schedules_on_a_saturday_has_the_business_day_after() -> None:
    saturday, monday, wednesday, thursday = map(november, (7, 9, 11, 12))

    assert due_by(saturday, wednesday, closed=NO_HOLIDAYS) is None
    assert due_by(saturday, thursday, closed=NO_HOLIDAYS) == monday


def test_a_session_on_a_saturday_counts_the_days_before_it() -> None:
    wednesday, thursday, saturday = map(november, (4, 5, 7))

    assert due_by(wednesday, saturday, closed=NO_HOLIDAYS) == thursday
    assert due_by(thursday, saturday, closed=NO_HOLIDAYS) is None


def test_one_asked_for_is_due_three_business_days_later() -> None:
    assert due_by_request(MONDAY, closed=CLOSED) == november(5)
    assert due_by_request(november(24), closed=CLOSED) == november(30)


def test_a_change_is_told_a_business_day_before_the_first_session_it_touches() -> None:
    assert due_by_change(MONDAY, november(13), closed=CLOSED) == november(12)
    assert due_by_change(MONDAY, november(30), closed=CLOSED) == november(27)
    assert due_by_change(MONDAY, november(27), closed=CLOSED) == november(25)


def test_a_change_that_came_too_late_was_due_before_it() -> None:
    assert due_by_change(MONDAY, MONDAY, closed=CLOSED) == date(2026, 10, 30)


def test_nothing_was_owed_before_the_law() -> None:
    service_on = date(2022, 3, 1)

    assert due_by(BEFORE_IT, service_on, closed=NO_HOLIDAYS) is None
    assert due_by_request(BEFORE_IT, closed=NO_HOLIDAYS) is None
    assert due_by_change(BEFORE_IT, service_on, closed=NO_HOLIDAYS) is None
    assert dispute_terms(BEFORE_IT) is None


def test_a_new_rule_holds_from_its_day_and_not_before() -> None:
    last_day = november(8)
    rules = (
        replace(THE_LAW, valid_until=last_day),
        replace(
            THE_LAW,
            valid_from=november(9),
            leads=(Lead(ahead=5, within=2),),
            on_request=1,
            before_service=4,
        ),
    )
    much_later = date(2026, 12, 18)

    assert due_by(MONDAY, much_later, closed=CLOSED, rules=rules) == november(5)
    assert due_by(november(9), much_later, closed=CLOSED, rules=rules) == november(11)
    assert due_by_request(MONDAY, closed=CLOSED, rules=rules) == november(5)
    assert due_by_request(november(9), closed=CLOSED, rules=rules) == november(10)
    assert due_by_change(MONDAY, much_later, closed=CLOSED, rules=rules) == date(2026, 12, 17)
    assert due_by_change(november(9), much_later, closed=CLOSED, rules=rules) == date(2026, 12, 14)


def test_the_longest_lead_of_a_rule_is_tried_first() -> None:
    for rule in RULES:
        assert list(rule.leads) == sorted(rule.leads, key=lambda lead: -lead.ahead)


@pytest.mark.parametrize("rows", [RULES, DISPUTES])
def test_no_two_rows_of_the_law_begin_on_one_day(rows: tuple[object, ...]) -> None:
    began = [row.valid_from for row in rows]  # type: ignore[attr-defined]

    assert len(set(began)) == len(began)


@pytest.mark.parametrize("payment", [None, "", "self_pay", "a plan nobody knows"])
def test_who_pays_themselves_or_has_not_said_is_owed_one(payment: str | None) -> None:
    assert is_owed(payment)


@pytest.mark.parametrize("payment", sorted(set(labels(Facet.INSURANCE)) - {"self_pay"}))
def test_who_pays_by_a_plan_is_owed_none(payment: str) -> None:
    assert not is_owed(payment)


def test_a_bill_may_be_disputed_from_400_dollars_over_for_a_fee_of_25() -> None:
    terms = dispute_terms(MONDAY)

    assert terms is not None
    assert (terms.over_cents, terms.fee_cents, terms.within_days) == (40_000, 2_500, 120)
