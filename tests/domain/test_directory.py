"""Who is found, in which order, and what each filter would leave."""

from datetime import date, timedelta

import pytest

from booking.domain.directory import RECEIPTS, SLIDING, STATE, WHEN, YES, Filters, overview
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.domain.openings import Licence
from booking.domain.starts import Part, When
from booking.domain.zones import zone
from tests.domain.directory_cards import (
    DAY,
    HOUR,
    LONG_AGO,
    NOW,
    card,
    find,
    offer,
    slugs,
    starts,
    words,
)

TOMORROW = date(2030, 3, 2)
MORNINGS = frozenset({When(Part.MORNING, weekend=False)})


def test_who_has_time_soonest_comes_first() -> None:
    openings = {1: starts(NOW + 3 * HOUR), 2: starts(NOW + HOUR), 3: starts(NOW + 2 * HOUR)}

    assert slugs(find([card(1), card(2), card(3)], openings)) == ["t2", "t3", "t1"]


def test_who_has_no_time_comes_after_all_who_have_and_who_takes_nobody_comes_last() -> None:
    cards = [card(1, accepts_new=False), card(2), card(3)]
    openings = {1: starts(NOW + HOUR), 3: starts(NOW + 50 * DAY)}

    results = find(cards, openings)

    assert slugs(results) == ["t3", "t2", "t1"]
    assert not results.found[2].starts


def test_a_tie_is_broken_the_same_way_all_day_and_anew_on_another() -> None:
    cards = [card(number) for number in range(1, 9)]
    openings = {number: starts(NOW + 5 * DAY) for number in range(1, 9)}

    orders = {
        tuple(slugs(find(cards, openings, now=NOW + days * DAY + hours * HOUR)))
        for days in range(3)
        for hours in (0, 3)
    }

    assert len(orders) == 3


def test_time_within_the_notice_is_not_offered_and_the_notice_moves_on() -> None:
    cards = [card(1, offers=(offer(1, notice=4 * HOUR),))]
    openings = {1: starts(NOW + 4 * HOUR, NOW + 5 * HOUR)}

    at_first = find(cards, openings).found[0].starts
    a_minute_on = find(cards, openings, now=NOW + timedelta(minutes=1)).found[0].starts

    assert at_first == [NOW + 4 * HOUR, NOW + 5 * HOUR]
    assert a_minute_on == [NOW + 5 * HOUR]


def test_time_beyond_the_horizon_is_not_offered_until_it_comes_within() -> None:
    cards = [card(1, offers=(offer(1, horizon=7 * DAY),))]
    openings = {1: starts(NOW + 7 * DAY + HOUR)}

    assert find(cards, openings).found[0].starts == []
    assert find(cards, openings, now=NOW + HOUR).found[0].starts == [NOW + 7 * DAY + HOUR]


def test_a_start_at_this_very_instant_is_past() -> None:
    assert find([card(1)], {1: starts(NOW)}).found[0].starts == []


def test_who_is_not_licensed_in_the_state_is_not_found() -> None:
    results = find([card(1)], {1: starts(NOW + HOUR)}, Filters(state="NM"))

    assert slugs(results) == []
    assert results.without == {STATE: 1}


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "offered"),
    [
        (LONG_AGO, None, [1, 2, 3]),
        (TOMORROW, None, [2, 3]),  # begins tomorrow, that day included
        (LONG_AGO, TOMORROW, [1, 2]),  # ends tomorrow, that day included
        (TOMORROW, TOMORROW, [2]),
    ],
)
def test_a_licence_counts_on_its_own_days_by_the_therapists_calendar(
    valid_from: date, valid_until: date | None, offered: list[int]
) -> None:
    # Late in the evening in Phoenix it is the next day in UTC already.
    evenings = {days: NOW + (days - 1) * DAY + 14 * HOUR for days in (1, 2, 3)}
    amara = card(1, licences=(Licence("AZ", valid_from, valid_until),))

    results = find([amara], {1: starts(*evenings.values())}, Filters(state="AZ"))

    assert results.found[0].starts == [evenings[days] for days in offered]


@pytest.mark.parametrize(
    ("name", "valid_from", "valid_until"),
    [
        ("Pacific/Auckland", LONG_AGO, date(2030, 3, 2)),  # where it is March 3 by then
        ("Pacific/Honolulu", date(2030, 3, 3), None),  # where it is March 2 still
    ],
)
def test_the_day_in_utc_says_nothing_about_a_licence(
    name: str, valid_from: date, valid_until: date | None
) -> None:
    in_utc_march_2 = NOW + 32 * HOUR
    in_utc_march_3 = NOW + 36 * HOUR
    only = in_utc_march_2 if valid_until else in_utc_march_3
    there = card(
        1,
        time_zone=name,
        licences=(Licence("AZ", valid_from, valid_until),),
        offers=(
            offer(
                1,
                horizon=32 * HOUR if valid_until else 60 * DAY,
                notice=30 * HOUR if valid_until else 34 * HOUR,
            ),
        ),
    )

    results = find([there], {1: starts(only)}, Filters(state="AZ"))

    assert [found.starts for found in results.found] in ([], [[]])


def test_two_licences_with_a_gap_leave_out_the_days_between() -> None:
    licences = (
        Licence("AZ", LONG_AGO, date(2030, 3, 2)),
        Licence("AZ", date(2030, 3, 4), None),
    )
    times = [NOW + days * DAY + HOUR for days in range(5)]

    results = find([card(1, licences=licences)], {1: starts(*times)}, Filters(state="AZ"))

    assert results.found[0].starts == [times[0], times[1], times[3], times[4]]


@pytest.mark.parametrize(
    "licence",
    [Licence("AZ", LONG_AGO, date(2030, 2, 1)), Licence("AZ", date(2031, 1, 1), None)],
    ids=["over", "to come"],
)
def test_a_licence_that_holds_on_no_day_within_reach_is_none(licence: Licence) -> None:
    results = find([card(1, licences=(licence,))], {1: starts(NOW + HOUR)}, Filters(state="AZ"))

    assert slugs(results) == []


def test_any_of_several_values_will_do_and_all_of_several_facets_must() -> None:
    cards = [
        card(1, facets=words(need="anxiety", language="en es")),
        card(2, facets=words(need="grief", language="en")),
        card(3, facets=words(need="sleep", language="es")),
    ]
    either = Filters(facets=words(need="anxiety grief"))
    both = Filters(facets=words(need="anxiety grief", language="es"))

    assert sorted(slugs(find(cards, {}, either))) == ["t1", "t2"]
    assert slugs(find(cards, {}, both)) == ["t1"]


def test_an_empty_choice_keeps_nobody_out() -> None:
    assert slugs(find([card(1)], {}, Filters(facets={Facet.NEED: frozenset()}))) == ["t1"]


def test_a_sliding_scale_and_receipts_are_asked_for_like_any_word() -> None:
    cards = [card(1, sliding_from_cents=0), card(2, gives_receipts=True), card(3)]

    assert slugs(find(cards, {}, Filters(sliding=True))) == ["t1"]
    assert slugs(find(cards, {}, Filters(receipts=True))) == ["t2"]


def test_only_times_in_the_part_of_the_day_that_was_asked_for_are_shown() -> None:
    nine, one, tomorrow_nine = NOW + HOUR, NOW + 5 * HOUR, NOW + 25 * HOUR
    openings = {1: starts(nine, one, tomorrow_nine), 2: starts(one)}

    results = find([card(1), card(2)], openings, Filters(when=MORNINGS))

    assert slugs(results) == ["t1"]
    assert results.found[0].starts == [nine]
    assert results.without == {WHEN: 1}


def test_the_part_of_the_day_is_read_from_the_clients_clock() -> None:
    eleven_in_phoenix = NOW + 3 * HOUR
    openings = {1: starts(eleven_in_phoenix)}

    there = find([card(1)], openings, Filters(when=MORNINGS))
    in_new_york = find([card(1)], openings, Filters(when=MORNINGS), there=zone("America/New_York"))

    assert slugs(there) == ["t1"]
    assert slugs(in_new_york) == []


def test_who_has_the_soonest_time_of_those_asked_for_comes_first() -> None:
    openings = {1: starts(NOW + 5 * HOUR, NOW + 74 * HOUR), 2: starts(NOW + 73 * HOUR)}

    assert slugs(find([card(1), card(2)], openings, Filters(when=MORNINGS))) == ["t2", "t1"]


def test_the_first_kind_there_is_is_shown_and_who_has_none_is_not() -> None:
    intake, single = offer(1, Kind.INTAKE), offer(2, Kind.INDIVIDUAL)
    cards = [card(1, offers=(intake, single)), card(2, offers=(offer(3, Kind.INDIVIDUAL),))]
    cards.append(card(3, offers=(offer(4),)))

    results = find(cards, {}, Filters(kinds=(Kind.INTAKE, Kind.INDIVIDUAL)))

    assert {one.card.slug: one.offer.id for one in results.found} == {"t1": 1, "t2": 3}


def test_a_count_says_how_many_there_would_be() -> None:
    cards = [
        card(1, facets=words(need="anxiety", language="en es")),
        card(2, facets=words(need="anxiety", language="en"), sliding_from_cents=5000),
        card(3, facets=words(need="grief", language="es"), gives_receipts=True),
    ]
    filters = Filters(facets=words(need="anxiety"))

    counts = find(cards, {}, filters).counts

    for value in ("en", "es"):
        wanted = Filters(facets=words(need="anxiety", language=value))
        assert counts[("language", value)] == len(find(cards, {}, wanted).found)
    assert counts[("need", "grief")] == 1  # chosen instead
    assert counts[(SLIDING, YES)] == 1
    assert (RECEIPTS, YES) not in counts


def test_parts_of_the_day_are_counted_as_if_each_were_chosen_alone() -> None:
    openings = {1: starts(NOW + HOUR, NOW + 5 * HOUR), 2: starts(NOW + 25 * HOUR)}

    times = find([card(1), card(2)], openings, Filters(when=MORNINGS)).times

    for when, count in times.items():
        alone = Filters(when=frozenset({when}))
        assert count == len(find([card(1), card(2)], openings, alone).found)
    assert sum(times.values()) == 3


def test_only_the_filter_that_alone_stands_in_the_way_is_worth_giving_up() -> None:
    cards = [
        card(1, facets=words(need="grief", language="es")),
        card(2, facets=words(need="grief", language="en")),
    ]

    results = find(cards, {}, Filters(facets=words(need="anxiety", language="es")))

    assert results.without == {"need": 1}


def test_an_overview_leaves_out_who_offers_nothing() -> None:
    cards = [
        card(1, facets=words(need="anxiety"), offers=(offer(1), offer(2, Kind.INTAKE, price=100))),
        card(2, facets=words(need="grief"), offers=(), licences=(Licence("NM", LONG_AGO, None),)),
    ]

    found = overview(cards)

    assert found.states == {"AZ"}
    assert found.facets[Facet.NEED] == {"anxiety"}
    assert found.charged == {Kind.INTAKE}
    assert set(found.minutes) == {Kind.CONSULTATION, Kind.INTAKE}
