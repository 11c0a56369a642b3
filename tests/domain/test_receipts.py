"""Receipts arrive late, twice and in any order; the last word must not depend on it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, permutations, product

import pytest

from booking.domain.receipts import FINAL, RANK, supersedes

FAILURES = ("undelivered", "failed", "canceled")
STATUSES = (*RANK, "teleported", "pigeon")
ON_THE_WAY = tuple(status for status in STATUSES if status not in FINAL)


def last_word(statuses: Iterable[str]) -> str:
    return reduce(lambda old, new: new if supersedes(old, new) else old, statuses, "")


@pytest.mark.parametrize("outcome", ["delivered", *FAILURES])
def test_every_order_of_a_texts_life_ends_in_its_outcome(outcome: str) -> None:
    life = ("queued", "sending", "sent", "teleported", outcome)

    ends = {last_word(order + order) for order in permutations(life)}

    assert ends == {outcome}


def lives(statuses: Sequence[str], longest: int) -> Iterator[tuple[str, ...]]:
    """Return all there are: what a status does depends on no more than the one before it."""
    return chain.from_iterable(product(statuses, repeat=n + 1) for n in range(longest))


def test_only_the_first_final_status_counts() -> None:
    for statuses in lives(STATUSES, 4):
        finals = [status for status in statuses if status in FINAL]
        end = last_word(statuses)
        if not finals:
            assert end not in FINAL, statuses
        elif finals[0] == "delivered" and "read" in finals:
            assert end == "read", statuses
        else:
            assert end == finals[0], statuses


def test_short_of_a_final_status_the_order_does_not_matter() -> None:
    for life in lives(ON_THE_WAY, 5):
        in_order = tuple(sorted(life))
        assert RANK.get(last_word(life), 0) == RANK.get(last_word(in_order), 0), life


def test_no_status_goes_back() -> None:
    for old, new in product(STATUSES, repeat=2):
        if supersedes(old, new):
            assert RANK.get(new, 0) > RANK.get(old, 0), (old, new)


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
