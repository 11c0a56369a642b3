"""PostgreSQL, Redis, web, worker and beat as processes of their own, and what breaks in them."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from itertools import count
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from celery import Celery
from sqlalchemy import text

from booking.domain.messages import MessageKind
from booking.models import Base, db
from tests.processes import ledger
from tests.processes.site import address, book, call, openings, visit
from tests.processes.stack import Stack
from tests.support.processes import wait_until
from tests.support.smtp import Behaviour, Received, SmtpServer, smtp_server
from tests.support.twilio_numbers import Behaviour as Phone
from workers.messages import sweep

NUMBERS = count(1000)
PATIENCE_S = 90
QUICKLY_S = 15
BACKLOG = 300
# What looking may write: who looked, and when they were last seen.
TRACES = {"audit_entry", "participant"}


def letters(smtp: SmtpServer, number: int) -> list[Received]:
    return [letter for letter in smtp.received if address(number) in letter.rcpt_tos]


def links(letter: Received) -> list[str]:
    body = message_from_bytes(letter.raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return re.findall(r"http://\S+", body.get_content())


def a_booking(stack: Stack, **client: Any) -> tuple[int, dict[str, Any]]:
    """Book for somebody new; return their number and what the answer says."""
    number = next(NUMBERS)
    answer = book(stack.url, openings(stack.url)[0], number, **client)
    assert answer.status == 201, answer.body
    return number, answer.body


def prove(stack: Stack, letter: Received) -> None:
    """Press the button on the page behind the mailed link."""
    managing = next(link for link in links(letter) if "/b/" in link)
    assert visit(f"{managing}/confirm", method="POST").status == 303


def fall_silent(stack: Stack) -> Callable[[], None]:
    stack.broker.fall_silent()
    return stack.broker.speak_again


def go_away(stack: Stack) -> Callable[[], None]:
    stack.broker.stop()
    return stack.broker.start


@pytest.mark.parametrize("trouble", [fall_silent, go_away])
def test_bookings_go_on_without_redis_and_the_mail_goes_out_once_it_is_back(
    stack: Stack, trouble: Callable[[Stack], Callable[[], None]]
) -> None:
    with stack.worker():
        over = trouble(stack)
        try:
            began = monotonic()
            number, _ = a_booking(stack)
            took = monotonic() - began
            health = call(stack.url, "/healthz")
        finally:
            over()
        assert took < QUICKLY_S
        assert (health.status, health.body["status"]) == (200, "ok")
        wait_until(lambda: letters(stack.smtp, number), PATIENCE_S, "the mail")


def test_a_worker_whose_acknowledgements_were_lost_goes_on(stack: Stack) -> None:
    """With as many unacknowledged as it may have it fetches no more, so nothing tells it."""
    queue = Celery(broker=stack.site.env["REDIS_URL"])
    for _ in range(BACKLOG):
        queue.send_task(sweep.name, ignore_result=True)
    with stack.worker():
        go_away(stack)()
        number, _ = a_booking(stack)
        wait_until(lambda: letters(stack.smtp, number), PATIENCE_S, "the mail")

    assert len(letters(stack.smtp, number)) == 1


def test_a_mail_in_hand_when_the_worker_is_killed_is_sent_again_to_the_letter(
    stack: Stack,
) -> None:
    with smtp_server(Behaviour.HANG_AFTER_DATA) as silent, stack.worker(silent) as program:
        number, _ = a_booking(stack)
        wait_until(lambda: letters(silent, number), PATIENCE_S, "the mail is in hand")
        program.kill()
        first = letters(silent, number)[0]
    ledger.let_leases_lapse(stack.site.app)

    with stack.worker():
        wait_until(lambda: letters(stack.smtp, number), PATIENCE_S, "the mail again")

    assert [letter.raw for letter in letters(stack.smtp, number)] == [first.raw]


@pytest.mark.parametrize(
    ("behaviour", "ends"),
    [(Phone.LATE, {"sent", "delivered"}), (Phone.SILENT, {"unknown"})],
    ids=["taken", "lost"],
)
def test_a_text_in_hand_when_the_worker_is_killed_is_not_sent_twice(
    stack: Stack, behaviour: Phone, ends: set[str]
) -> None:
    """Whether the vendor has it is looked up; what was never heard of again stays unknown."""
    phone = f"+1212555{next(NUMBERS)}"
    stack.twilio.behave(phone, behaviour)  # either way the answer never comes
    with stack.worker() as program:
        number, _ = a_booking(stack, phone=phone, sms_consent=True)
        wait_until(lambda: letters(stack.smtp, number), PATIENCE_S, "the mail")
        prove(stack, letters(stack.smtp, number)[0])
        ledger.bring_forward(stack.site.app, MessageKind.REMINDER)
        stack.twilio.wait_for(lambda _: _attempts(stack, phone) > 0, PATIENCE_S)
        program.kill()
    stack.twilio.behave(phone, Phone.NORMAL)
    ledger.let_leases_lapse(stack.site.app)

    with stack.worker():
        wait_until(lambda: ledger.text_to(stack.site.app, phone) in ends, PATIENCE_S, "its end")

    assert _attempts(stack, phone) == 1


def test_the_web_forgives_a_database_that_drops_every_connection(stack: Stack) -> None:
    a_booking(stack)
    with psycopg.connect(_plain(stack), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    _, body = a_booking(stack)

    assert body["status"] == "confirmed"


def test_programs_that_follow_every_link_in_a_mail_change_nothing(stack: Stack) -> None:
    with stack.worker():
        number, _ = a_booking(stack)
        wait_until(lambda: letters(stack.smtp, number), PATIENCE_S, "the mail")
        wait_until(lambda: ledger.nothing_due(stack.site.app), PATIENCE_S, "all is sent")
    before, addresses = _rows(stack), links(letters(stack.smtp, number)[0])
    assert len(addresses) >= 2

    for link in addresses:
        own = f"{stack.url}{urlsplit(link).path}"
        for path in (own, f"{own}/move", f"{own}/cancel", f"{own}/confirm", f"{own}/undo"):
            for method in ("GET", "HEAD", "OPTIONS"):
                assert visit(path, method=method).status < 500

    assert _rows(stack) == before


def test_health_says_what_is_on(stack: Stack) -> None:
    body = call(stack.url, "/healthz").body

    assert body["database"] == "postgresql"
    assert body["channels"] == {"email": "smtp", "sms": "twilio", "video": "link"}


def _attempts(stack: Stack, phone: str) -> int:
    return sum(attempt["To"] == phone for attempt in stack.twilio.attempts)


def _plain(stack: Stack) -> str:
    return stack.site.env["DATABASE_URL"].replace("postgresql+psycopg:", "postgresql:")


def _rows(stack: Stack) -> dict[str, list[tuple[object, ...]]]:
    """Return all there is in the database but for the traces of having looked."""
    with stack.site.app.app_context():
        db.session.rollback()
        tables = [table.name for table in Base.metadata.sorted_tables if table.name not in TRACES]
        found = {
            name: [
                tuple(row) for row in db.session.execute(text(f"SELECT * FROM {name} ORDER BY 1"))
            ]
            for name in tables
        }
        db.session.rollback()
        return found
