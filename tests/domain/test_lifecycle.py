"""What an appointment may become."""

import pytest

from booking.domain.lifecycle import HOLDING, LIVE, Kind, Status, check_move, may_go_on_as
from booking.errors import IllegalTransition

ALLOWED = {
    "held": "requested confirmed expired",
    "requested": "confirmed declined cancelled expired",
    "confirmed": "cancelled completed no_show",
    "expired": "held requested confirmed",
    "cancelled": "requested confirmed",
    "declined": "",
    "completed": "no_show",
    "no_show": "completed",
}


@pytest.mark.parametrize("current", Status)
@pytest.mark.parametrize("target", Status)
def test_a_move_is_allowed_or_refused_by_name(current: Status, target: Status) -> None:
    if target in ALLOWED[current].split():
        check_move(current, target)
        return

    with pytest.raises(IllegalTransition) as refused:
        check_move(current, target)
    assert (refused.value.current, refused.value.target) == (current, target)
    assert refused.value.code == "policy"


def test_coming_or_not_coming_does_not_give_the_time_back() -> None:
    assert {Status.COMPLETED, Status.NO_SHOW} <= HOLDING
    assert HOLDING.isdisjoint({Status.CANCELLED, Status.DECLINED, Status.EXPIRED})


def test_people_expect_to_meet_only_where_time_is_held() -> None:
    assert LIVE < HOLDING
    assert [status for status in Status if status.is_live] == [Status.REQUESTED, Status.CONFIRMED]


def test_who_meets_alone_goes_on_alone_and_a_couple_as_a_couple() -> None:
    assert may_go_on_as(Kind.INTAKE, Kind.INDIVIDUAL)
    assert may_go_on_as(Kind.COUPLES, Kind.COUPLES)
    assert not may_go_on_as(Kind.INDIVIDUAL, Kind.COUPLES)
    assert not may_go_on_as(Kind.COUPLES, Kind.FAMILY)
