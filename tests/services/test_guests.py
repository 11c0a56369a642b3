"""What a person typed, cleaned or refused field by field."""

from datetime import date

import pytest

from booking.domain.lifecycle import Modality
from booking.errors import InvalidInput, Problem
from booking.services.guests import Guest, TypedGuest, read_guest


def read(born: str) -> Guest:
    typed = TypedGuest(
        name="Sam Reed",
        email="sam@example.org",
        time_zone="America/New_York",
        state="NY",
        born=born,
    )
    return read_guest(typed, modality=Modality.VIDEO, country="US", sees_abroad=False, texts=True)


@pytest.mark.parametrize("typed", ["2012-03-09", "3/9/2012", " 03/09/2012 "])
def test_a_day_is_read_as_fields_send_it_and_as_people_write_it(typed: str) -> None:
    assert read(typed).born == date(2012, 3, 9)


@pytest.mark.parametrize("typed", ["March 9", "20120309", "2012-W10-5", "2012-02-30", "13/1/2012"])
def test_what_is_no_day_is_refused_and_named(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(typed)

    assert refused.value.problems == (Problem("born", "format"),)
