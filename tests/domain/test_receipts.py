"""Receipts arrive late, twice and in any order; the last word must not depend on it."""

from collections.abc import Iterable
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.receipts import FINAL, RANK, supersedes

FAILURES = ("undelivered", "failed", "canceled")
STATUSES = st.sampled_from([*RANK, "teleported", "pigeon"])
ON_THE_WAY = STATUSES.filter(lambda status: status not in FINAL)


def last_word(statuses: Iterable[str]) -> str:
    return reduce(lambda old, new: new if supersedes(old, new) else old, statuses, "")


@pytest.mark.parametrize("outcome", ["delivered", *FAILURES])
def test_every_order_of_a_texts_life_ends_in_its_outcome(outcome: str) -> None:
    life = ("queued", "sending", "sent", "teleported", outcome)

    ends = {last_word(order + order) for order in permutations(life)}

    assert ends == {outcome}


@given(st.lists(STATUSES, min_size=1, max_size=10).flatmap(st.permutations))
def test_only_the_first_final_status_counts(statuses: list[str]) -> None:
    finals = [status for status in statuses if status in FINAL]

    end = last_word(statuses)

    if not finals:
        assert end not in FINAL
    elif finals[0] == "delivered" and "read" in finals:
        assert end == "read"
    else:
        assert end == finals[0]


@given(
    st.lists(ON_THE_WAY, max_size=8).flatmap(
        lambda life: st.tuples(st.just(life), st.permutations(life))
    )
)
def test_short_of_a_final_status_the_order_does_not_matter(
    orders: tuple[list[str], list[str]],
) -> None:
    one, other = orders

    assert RANK.get(last_word(one), 0) == RANK.get(last_word(other), 0)


@given(STATUSES, STATUSES)
def test_no_status_goes_back(old: str, new: str) -> None:
    if supersedes(old, new):
        assert RANK.get(new, 0) > RANK.get(old, 0)


@pytest.mark.parametrize("final", sorted(FINAL))
def test_a_status_nobody_knows_never_replaces_a_final_one(final: str) -> None:
    assert not supersedes(final, "teleported")


def test_a_status_nobody_knows_is_kept_until_a_known_one_comes() -> None:
    assert supersedes("", "teleported")
    assert supersedes("teleported", "queued")
    assert not supersedes("queued", "teleported")


@pytest.mark.parametrize("final", FAILURES)
def test_a_failed_text_does_not_turn_out_delivered_or_read(final: str) -> None:
    assert not supersedes(final, "delivered")
    assert not supersedes(final, "read")


def test_an_empty_status_says_nothing() -> None:
    assert not supersedes("", "")
    assert not supersedes("sent", "")
