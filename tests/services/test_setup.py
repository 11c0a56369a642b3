"""Making a practice: what is refused, by its field, and that nothing of it is kept."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Practice, SessionType, Therapist, TherapistFacet, TherapistLicence, db
from booking.services import setup
from booking.services.setup import NewPractice, NewSessionType, NewTherapist
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("practice")

BO = NewTherapist(
    slug="bo",
    name="Bo Lind",
    first_name="Bo",
    email="bo@alder.example",
    time_zone="America/New_York",
)
FREE_CALL = NewSessionType(slug="call", kind=Kind.CONSULTATION, name="Call", minutes=15)
ALDER = NewPractice(
    name="Alder", outside_name="Alder", time_zone="America/Phoenix", phone="+16025550142"
)


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


@pytest.mark.parametrize(
    ("entered", "problem"),
    [
        ({"email": "bo"}, Problem("email", "format")),
        ({"time_zone": "New York"}, Problem("time_zone", "unknown")),
        ({"slug": "Bo Lind"}, Problem("slug", "format")),
        ({"standing_room_url": "http://rooms.example"}, Problem("standing_room_url", "format")),
        ({"client_calls": True}, Problem("phone", "missing")),
        ({"slug": "amara"}, Problem("slug", "taken")),
        ({"email": "amara@alder.example"}, Problem("slug", "taken")),
    ],
)
def test_a_therapist_entered_wrongly_is_refused_by_the_field(
    entered: dict[str, object], problem: Problem
) -> None:
    with pytest.raises(InvalidInput) as refused:
        setup.add_therapist(replace(BO, **entered), now=NOW)  # type: ignore[arg-type]

    assert refused.value.problems == (problem,)
    assert count(Therapist) == 1


def test_a_therapist_needs_no_standing_room() -> None:
    added = setup.add_therapist(BO, now=NOW)

    assert db.session.get_one(Therapist, added).standing_room_url is None


def test_a_word_that_is_not_known_leaves_all_words_as_they_were() -> None:
    before = count(TherapistFacet)

    with pytest.raises(InvalidInput) as refused:
        setup.set_facets("amara", {Facet.NEED: ["anxiety", "everything"]}, now=NOW)

    assert refused.value.problems == (Problem("need", "unknown"),)
    assert count(TherapistFacet) == before


@pytest.mark.parametrize(
    ("state", "until", "problem"),
    [
        ("ZZ", None, Problem("state", "unknown")),
        ("NY", date(2019, 12, 31), Problem("valid_until", "order")),
    ],
)
def test_a_licence_that_cannot_be_is_refused(
    state: str, until: date | None, problem: Problem
) -> None:
    before, since = count(TherapistLicence), date(2020, 1, 1)

    with pytest.raises(InvalidInput) as refused:
        setup.add_licence("amara", state, "1", valid_from=since, valid_until=until, now=NOW)

    assert refused.value.problems == (problem,)
    assert count(TherapistLicence) == before


def test_a_licence_may_hold_for_one_day() -> None:
    day = date(2020, 1, 1)

    setup.add_licence("amara", "OR", "1", valid_from=day, valid_until=day, now=NOW)

    licence = db.session.scalars(select(TherapistLicence).filter_by(state="OR")).one()
    assert (licence.valid_from, licence.valid_until) == (day, day)


def test_the_same_kind_of_session_is_not_offered_twice() -> None:
    setup.add_session_type("amara", FREE_CALL, now=NOW)
    before = count(SessionType)

    with pytest.raises(InvalidInput) as refused:
        setup.add_session_type("amara", FREE_CALL, now=NOW)

    assert refused.value.problems == (Problem("slug", "taken"),)
    assert count(SessionType) == before


def test_nothing_is_offered_by_a_therapist_who_is_not_there() -> None:
    with pytest.raises(NotFound):
        setup.add_session_type("nobody", FREE_CALL, now=NOW)


def test_a_practice_set_again_is_changed_and_there_is_still_one() -> None:
    setup.make_practice(replace(ALDER, late_fee_cents=4200), now=NOW)

    assert count(Practice) == 1
    changed = db.session.get_one(Practice, 1)
    assert (changed.name, changed.late_fee_cents) == ("Alder", 4200)
