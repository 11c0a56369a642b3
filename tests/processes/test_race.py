"""Many clients, one opening, through the running server."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from booking.models import Appointment, AuditEntry, Claim, Participant, Person
from tests.databases import DIALECTS
from tests.processes import ledger
from tests.processes.conftest import MakeSite
from tests.processes.site import Answer, book, openings
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
