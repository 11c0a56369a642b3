"""The server killed with no warning, and stopped politely: what was promised is kept."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from time import monotonic

import pytest

from booking.domain.messages import MessageKind
from booking.models import Appointment, Person
from tests.databases import DIALECTS
from tests.processes import ledger
from tests.processes.conftest import MakeSite
from tests.processes.site import Answer, address, book, call, openings
from tests.support.processes import free_port, wait_until, web
from tests.support.smtp import SmtpServer, smtp_server

CLIENTS = 4
ENOUGH = 24


@dataclass
class Crowd:
    """Clients who book one time after the other until nobody answers any more."""

    url: str
    times: Sequence[str]
    booked: dict[int, Answer] = field(default_factory=dict)
    unanswered: list[int] = field(default_factory=list)

    def book(self, first: int) -> None:
        for number in range(first, len(self.times), CLIENTS):
            try:
                self.booked[number] = book(self.url, self.times[number], number)
            except (OSError, HTTPException):
                self.unanswered.append(number)
                return


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_killed_server_has_kept_every_booking_it_confirmed(
    dialect: str, make_site: MakeSite
) -> None:
    with smtp_server() as smtp:
        site = make_site(dialect, SMTP_URL=smtp.url, PORT=str(free_port()))
        with web(site.env, folder=site.folder) as server, ThreadPoolExecutor(CLIENTS) as pool:
            crowd = Crowd(server.url, openings(server.url))
            for first in range(CLIENTS):
                pool.submit(crowd.book, first)
            wait_until(lambda: len(crowd.booked) >= ENOUGH, 60, "clients have booked")
            server.program.kill()
        with web(site.env, folder=site.folder) as server:
            assert crowd.unanswered, "nobody was cut off: the kill proves nothing"
            assert {answer.status for answer in crowd.booked.values()} == {201}
            for number, answer in crowd.booked.items():
                found = call(server.url, f"/api/v1/appointments/{answer.body['token']}")
                assert found.body["starts_at"] == crowd.times[number]
            ledger.assert_whole(site.app)
            _ask_again(crowd, server.url)
            ledger.assert_whole(site.app)
            with site.app.app_context():
                people = len(crowd.booked) + len(crowd.unanswered)
                assert ledger.count(Appointment) == ledger.count(Person) == people
            _everybody_hears(crowd, smtp)
            ledger.bring_forward(site.app, MessageKind.REMINDER)
            wait_until(
                lambda: ledger.states(site.app, MessageKind.REMINDER) == {"sent": people},
                60,
                "every reminder is sent",
            )


def _ask_again(crowd: Crowd, url: str) -> None:
    """Send every request once more, as clients without an answer do."""
    for number in (*crowd.booked, *crowd.unanswered):
        again = book(url, crowd.times[number], number)
        assert again.status == 201
        assert number in crowd.unanswered or again.body == crowd.booked[number].body


def _everybody_hears(crowd: Crowd, smtp: SmtpServer) -> None:
    everybody = {address(number) for number in (*crowd.booked, *crowd.unanswered)}

    def told() -> set[str]:
        return {to for letter in smtp.received for to in letter.rcpt_tos}

    wait_until(lambda: everybody <= told(), 60, "everybody has a confirmation")


def test_a_server_told_to_stop_is_gone_within_seconds(make_site: MakeSite) -> None:
    with smtp_server() as smtp:
        site = make_site("sqlite", SMTP_URL=smtp.url)
        with web(site.env, folder=site.folder) as server:
            assert book(server.url, openings(server.url)[0]).status == 201
            wait_until(lambda: len(smtp.received) == 2, 30, "client and therapist are told")

            began = monotonic()
            assert server.program.stop() == 0
            took = monotonic() - began

        assert took < 5, server.program.output()
        assert "Traceback" not in server.program.output()
