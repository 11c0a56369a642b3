"""Who may book what together: asked of plain values, before anything is written."""

from datetime import date

import pytest

from booking.domain.lifecycle import Kind, Modality
from booking.domain.participants import Role
from booking.errors import InvalidInput
from booking.models import SessionType
from booking.services.companions import Companion, TypedCompanion, check_party, read_party
from tests.factories import NOW, guest
from tests.support.parties import FIFTEEN, KIM, ROE, TEN, TWENTY, child, partner, payer

SEATS = {Kind.FAMILY: 4}


def offered(kind: Kind, price_cents: int = 14000) -> SessionType:
    return SessionType(kind=kind, price_cents=price_cents, seats=SEATS.get(kind, 1))


def problems_of(kind: Kind, *party: Companion, **values: object) -> set[tuple[str, str]]:
    """Return what is refused; nothing, where all is well."""
    cents = 0 if kind is Kind.CONSULTATION else 14000
    try:
        check_party(offered(kind, cents), guest(**values), party, now=NOW)
    except InvalidInput as refused:
        return {(problem.field, problem.code) for problem in refused.problems}
    return set()


@pytest.mark.parametrize(
    ("kind", "party"),
    [
        (Kind.INDIVIDUAL, ()),
        (Kind.INDIVIDUAL, (payer(),)),
        (Kind.INDIVIDUAL, (child(),)),
        (Kind.CONSULTATION, (child(),)),
        (Kind.INTAKE, (child(), payer(role=Role.GUARDIAN))),
        (Kind.COUPLES, (partner(), payer())),
        (Kind.FAMILY, (partner(), child(), child())),
        (Kind.GROUP, ()),
    ],
)
def test_people_who_fit_together_may_book(kind: Kind, party: tuple[Companion, ...]) -> None:
    assert problems_of(kind, *party) == set()


@pytest.mark.parametrize(
    ("kind", "party", "problem"),
    [
        (Kind.COUPLES, (), ("/people", "missing")),
        (Kind.COUPLES, (partner(), partner(email=ROE)), ("/people/1/role", "too_many")),
        (Kind.COUPLES, (partner(email="SAM@example.org"),), ("/people/0/email", "same")),
        (Kind.COUPLES, (partner(), payer(email=KIM)), ("/people/1/email", "same")),
        (Kind.COUPLES, (partner(email=""),), ("/people/0/email", "missing")),
        (Kind.COUPLES, (payer(), payer(email="x@y.org")), ("/people/1/role", "unexpected")),
        (Kind.COUPLES, (payer(role=Role.GUARDIAN),), ("/people/0/role", "unexpected")),
        (Kind.FAMILY, (), ("/people", "missing")),
        (Kind.FAMILY, (child(), child(), child(), child()), ("/people/3/role", "too_many")),
        (Kind.FAMILY, (child(born=TWENTY),), ("/people/0/email", "missing")),
        (Kind.INDIVIDUAL, (partner(),), ("/people/0/born", "missing")),
        (Kind.INDIVIDUAL, (child(born=TWENTY),), ("/people/0/born", "of_age")),
        (Kind.INDIVIDUAL, (child(), child()), ("/people/1/role", "too_many")),
        (Kind.INDIVIDUAL, (child(born=date(2031, 1, 1)),), ("/people/0/born", "range")),
        (Kind.CONSULTATION, (payer(),), ("/people/0/role", "unexpected")),
        (Kind.GROUP, (partner(),), ("/people/0/role", "too_many")),
        (Kind.GROUP, (payer(),), ("/people/0/role", "unexpected")),
    ],
)
def test_who_does_not_fit_is_refused_at_their_field(
    kind: Kind, party: tuple[Companion, ...], problem: tuple[str, str]
) -> None:
    assert problem in problems_of(kind, *party)


@pytest.mark.parametrize(
    ("born", "state", "problems"),
    [
        (FIFTEEN, "CA", set()),
        (FIFTEEN, "NY", {("born", "alone")}),
        (TEN, "CA", {("born", "alone")}),
        (TWENTY, "NY", set()),
        (date(1850, 1, 1), "NY", {("born", "range")}),
        (date(2031, 1, 1), "CA", {("born", "range")}),
    ],
)
def test_a_minor_books_alone_where_they_are_old_enough_for_it(
    born: date, state: str, problems: set[tuple[str, str]]
) -> None:
    assert problems_of(Kind.INDIVIDUAL, born=born, state=state) == problems


def test_nobody_is_made_a_guardian_in_what_a_minor_books_alone() -> None:
    alone = {"born": FIFTEEN, "state": "CA"}

    mother = payer(role=Role.GUARDIAN)

    assert ("/people/0/role", "unexpected") in problems_of(Kind.INDIVIDUAL, mother, **alone)
    assert ("/people/0/role", "unexpected") in problems_of(Kind.FAMILY, child(), **alone)


def test_a_minor_who_books_alone_may_name_who_pays() -> None:
    assert problems_of(Kind.INDIVIDUAL, payer(), born=FIFTEEN, state="CA") == set()


def test_what_is_wrong_with_each_person_is_said_at_their_field() -> None:
    typed = [
        TypedCompanion(role=Role.CLIENT, name="Kim", email="kim", born="13/40/2012"),
        TypedCompanion(role=Role.PAYER, time_zone="Mars", state="ZZ", phone="1"),
    ]

    with pytest.raises(InvalidInput) as refused:
        read_party(typed, modality=Modality.VIDEO, country="US")

    assert {(problem.field, problem.code) for problem in refused.value.problems} == {
        ("/people/0/email", "format"),
        ("/people/0/born", "format"),
        ("/people/1/name", "missing"),
        ("/people/1/email", "missing"),
        ("/people/1/phone", "format"),
        ("/people/1/time_zone", "unknown"),
        ("/people/1/state", "unknown"),
    }


def test_a_date_of_birth_is_read_as_people_write_it() -> None:
    typed = [
        TypedCompanion(role=Role.CLIENT, name="Robin", born=born)
        for born in ("6/1/2019", "06/01/2019", "2019-06-01")
    ]

    found = read_party(typed, modality=Modality.PHONE, country="US")

    assert [each.born for each in found] == [TEN] * 3


def test_whoever_comes_by_phone_gives_a_number_unless_they_are_a_child() -> None:
    typed = [
        TypedCompanion(role=Role.CLIENT, name="Kim", email=KIM),
        TypedCompanion(role=Role.CLIENT, name="Robin", born="2019-06-01"),
        TypedCompanion(role=Role.PAYER, name="Roe", email=ROE),
    ]

    with pytest.raises(InvalidInput) as refused:
        read_party(typed, modality=Modality.PHONE, country="US")

    assert [problem.field for problem in refused.value.problems] == ["/people/0/phone"]
