"""Many clients, one opening, through the running server."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from booking.models import Appointment, AuditEntry, Claim, Participant, Person
from tests.databases import DIALECTS
from tests.processes import ledger
from tests.processes.conftest import MakeSite
from tests.processes.site import Answer, book, call, openings, wish
from tests.services.groups import with_group
from tests.support.processes import web
from tests.support.servers import redis


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("clients", [16, pytest.param(64, marks=pytest.mark.prove)])
def test_one_opening_goes_to_one_of_many_clients(
    dialect: str, clients: int, make_site: MakeSite
) -> None:
    gate = Barrier(clients)
    with ExitStack() as stack:
        # With Redis there are two web processes, as where PostgreSQL is used; without, one.
        more = {"REDIS_URL": stack.enter_context(redis()).url} if dialect != "sqlite" else {}
        site = make_site(dialect, **more)
        server = stack.enter_context(web(site.env, folder=site.folder))
        times = openings(server.url)

        def ask(number: int) -> Answer:
            gate.wait(60)
            return book(server.url, times[0], number)

        with ThreadPoolExecutor(clients) as pool:
            answers = list(pool.map(ask, range(clients)))

        assert sorted(answer.status for answer in answers) == [201, *[409] * (clients - 1)]
        refused = [answer.body for answer in answers if answer.status == 409]
        assert {body["code"] for body in refused} == {"slot_taken"}
        assert all(times[0] not in body["alternatives"] for body in refused)
        ledger.assert_whole(site.app)
        with site.app.app_context():
            tables = (Appointment, Claim, Participant, Person)
            assert [ledger.count(table) for table in tables] == [1, 1, 1, 1]
            assert ledger.count(AuditEntry) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a8_a_group_of_many_has_as_many_seats_as_it_has(dialect: str, make_site: MakeSite) -> None:
    seats, clients = 5, 8
    gate = Barrier(clients)
    with ExitStack() as stack:
        site = make_site(dialect)
        with site.app.app_context():
            group = with_group(seats=seats, minutes=50)
            slug = group.slug
        server = stack.enter_context(web(site.env, folder=site.folder))
        time = openings(server.url)[0]

        def ask(number: int) -> Answer:
            body = wish(time, number) | {"session_type": slug}
            gate.wait(60)
            return call(server.url, "/api/v1/appointments", body, key=f"seat-{number}")

        with ThreadPoolExecutor(clients) as pool:
            answers = list(pool.map(ask, range(clients)))

        refused = clients - seats
        assert sorted(answer.status for answer in answers) == [201] * seats + [409] * refused
        assert {a.body["code"] for a in answers if a.status == 409} == {"slot_taken"}
        with site.app.app_context():
            tables = (Appointment, Claim, Participant)
            assert [ledger.count(table) for table in tables] == [1, 1, seats]
