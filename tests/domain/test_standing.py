"""How far a standing hour has come: what is over stays over."""

import pytest

from booking.domain.standing import SeriesStatus, check_next
from booking.errors import IllegalTransition

OVER = (SeriesStatus.ENDED, SeriesStatus.DECLINED, SeriesStatus.EXPIRED)


@pytest.mark.parametrize("current", OVER)
@pytest.mark.parametrize("target", SeriesStatus)
def test_what_is_over_becomes_nothing_else(current: SeriesStatus, target: SeriesStatus) -> None:
    with pytest.raises(IllegalTransition):
        check_next(current, target)


def test_what_is_confirmed_can_only_end() -> None:
    check_next(SeriesStatus.CONFIRMED, SeriesStatus.ENDED)

    with pytest.raises(IllegalTransition):
        check_next(SeriesStatus.CONFIRMED, SeriesStatus.EXPIRED)
