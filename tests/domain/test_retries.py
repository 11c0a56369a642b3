from datetime import UTC, datetime, timedelta

import pytest

from booking.domain.retries import next_attempt

NOW = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)


def wait(attempts: int, *, spread: float = 0.0) -> float | None:
    again = next_attempt(attempts, now=NOW, spread=spread)
    return None if again is None else (again - NOW).total_seconds()


def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    assert [wait(attempts) for attempts in range(1, 8)] == [30, 60, 120, 240, 480, 900, 900]


@pytest.mark.parametrize("attempts", [8, 9, 1_000_000])
def test_after_eight_attempts_it_is_given_up(attempts: int) -> None:
    assert wait(attempts) is None


def test_the_spread_adds_up_to_a_fifth() -> None:
    assert wait(1, spread=0.5) == 33
    latest = wait(1, spread=0.999)
    assert latest is not None
    assert 30 < latest < 36


def test_the_longest_wait_spreads_too() -> None:
    again = next_attempt(7, now=NOW, spread=0.5)

    assert again == NOW + timedelta(minutes=16, seconds=30)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was tried"):
        wait(0)
    for spread in (-0.1, 1.0):
        with pytest.raises(ValueError, match="spread"):
            wait(1, spread=spread)
