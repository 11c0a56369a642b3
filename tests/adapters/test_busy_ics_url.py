"""Reading a calendar at an address: over real HTTP, on loopback, as strangers' servers behave."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from booking.adapters.busy import Account, CannotRead, Reading
from booking.adapters.busy.asking import Asker, Question
from booking.adapters.busy.ics_url import IcsUrl
from booking.domain.interval import Interval
from booking.domain.outside import Trouble
from tests.support.http import Asked, Says, Site, serving

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
WINDOW = Interval(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
UTC_ZONE = ZoneInfo("UTC")


def ics(hour: int = 10, stamp: str = "20261101T000000Z") -> bytes:
    event = ["UID:1", f"DTSTAMP:{stamp}", f"DTSTART:20261105T{hour}0000Z", "DURATION:PT1H"]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(lambda _asked: Says(ics())) as running:
        yield running


def read(site: Site, *, mark: str = "", account: Account | None = None) -> Reading:
    return IcsUrl(Asker(LOOPBACK)).read(
        account or Account(site.url()), WINDOW, zone=UTC_ZONE, mark=mark
    )


def trouble(site: Site, asker: Asker | None = None) -> Trouble:
    with pytest.raises(CannotRead) as refused:
        IcsUrl(asker or Asker(LOOPBACK)).read(Account(site.url()), WINDOW, zone=UTC_ZONE, mark="")
    return refused.value.trouble


def test_a_calendar_is_read_and_nothing_is_told_of_who_reads_it(site: Site) -> None:
    found = read(site)

    assert [each.span.start.hour for each in found.events] == [10]
    assert [(each.method, each.path) for each in site.asked] == [("GET", "/a.ics")]
    assert set(site.asked[0].headers) == {"host", "accept-encoding", "accept"}


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        (("ETag", '"v1"'), ("if-none-match", '"v1"')),
        (
            ("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"),
            ("if-modified-since", "Sun, 01 Nov 2026 00:00:00 GMT"),
        ),
    ],
)
def test_what_has_not_changed_is_not_sent_again(
    site: Site, header: tuple[str, str], asks: tuple[str, str]
) -> None:
    def answers(asked: Asked) -> Says:
        if asked.headers.get(asks[0]) == asks[1]:
            return Says(status=304)
        return Says(ics(), headers=dict([header]))

    site.answers = answers
    first = read(site)
    again = read(site, mark=first.mark)

    assert first.events
    assert again == Reading(mark=first.mark, unchanged=True)


def test_the_moment_of_asking_written_into_events_is_no_change(site: Site) -> None:
    mark = read(site).mark
    site.answers = lambda _asked: Says(ics(stamp="20261102T030405Z"))
    later = read(site, mark=mark)
    site.answers = lambda _asked: Says(ics(hour=11))
    changed = read(site, mark=mark)

    assert later.unchanged
    assert not changed.unchanged
    assert changed.mark != mark


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Trouble.SIGN_IN),
        (403, Trouble.SIGN_IN),
        (404, Trouble.NOT_FOUND),
        (410, Trouble.NOT_FOUND),
        (429, Trouble.SERVER),
        (500, Trouble.SERVER),
    ],
)
def test_each_refusal_has_its_name(site: Site, status: int, expected: Trouble) -> None:
    site.answers = lambda _asked: Says(b"no", status=status)

    assert trouble(site) is expected


def test_a_page_to_sign_in_at_is_no_calendar(site: Site) -> None:
    site.answers = lambda _asked: Says(b"<!doctype html><title>Sign in</title>")

    assert trouble(site) is Trouble.NOT_A_CALENDAR


def test_redirects_are_followed_but_not_for_ever(site: Site) -> None:
    def once(asked: Asked) -> Says:
        if asked.path == "/a.ics":
            return Says(status=302, headers={"Location": "/b.ics"})
        return Says(ics())

    site.answers = once
    assert read(site).events

    site.asked.clear()
    site.answers = lambda _asked: Says(status=302, headers={"Location": "/a.ics"})
    assert trouble(site) is Trouble.SERVER
    assert len(site.asked) == 4


def test_no_redirect_leads_inside(site: Site) -> None:
    """Who is asked first is trusted here; where it leads on to is not."""
    with serving(lambda _asked: Says(ics())) as canary:
        for address in (
            canary.url(host="127.0.0.2"),
            f"https://127.0.0.2:{canary.port}/",
            f"https://[::ffff:127.0.0.1]:{canary.port}/",
            "file:///etc/passwd",
        ):
            leads_on = Says(status=302, headers={"Location": address})
            site.answers = lambda _asked, says=leads_on: says  # type: ignore[misc]
            assert trouble(site) in {Trouble.ADDRESS, Trouble.NOT_SECURE}

    assert canary.asked == []


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_checked(
    site: Site,
) -> None:
    """The name is looked up once for each address, and what was found is connected to."""
    looked_up: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["127.0.0.2"]

    asker = Asker(frozenset({"calendar.lan"}), resolve=rebinding)
    answer = asker.begin().ask(Account(f"http://calendar.lan:{site.port}/a.ics"), Question())

    assert answer.body == ics()
    assert looked_up == ["calendar.lan"]
    assert site.asked[0].headers["host"] == f"calendar.lan:{site.port}"


def test_a_password_goes_to_the_first_machine_alone(site: Site) -> None:
    with serving(lambda _asked: Says(ics())) as other:
        to = other.url(host="localhost")
        site.answers = lambda _asked: Says(status=302, headers={"Location": to})
        read(site, account=Account(site.url(), "amara", "secret"))

    assert site.asked[0].headers["authorization"].startswith("Basic ")
    assert "authorization" not in other.asked[0].headers


def test_more_than_we_take_is_cut_off(site: Site) -> None:
    site.answers = lambda _asked: Says(pieces=repeat(b"x" * 65536))

    assert trouble(site, Asker(LOOPBACK, most_bytes=1_000_000)) is Trouble.TOO_LARGE


def test_less_than_was_promised_is_no_answer(site: Site) -> None:
    site.answers = lambda _asked: Says(ics(), headers={"Content-Length": "5000"})

    assert trouble(site) is Trouble.NO_ANSWER


def test_a_server_that_drips_is_cut_off_by_the_clock(site: Site) -> None:
    over, pause = Event(), 0.05

    def drops() -> Iterator[bytes]:
        while not over.wait(pause):
            yield b"x"

    site.answers = lambda _asked: Says(pieces=drops())
    began = monotonic()
    found = trouble(site, Asker(LOOPBACK, whole_s=0.4))
    over.set()

    assert found is Trouble.NO_ANSWER
    assert monotonic() - began < 5


def test_nobody_there_is_no_answer(site: Site) -> None:
    asker = Asker(LOOPBACK, resolve=lambda _host, _port: ["127.0.0.3"])

    assert trouble(site, asker) is Trouble.NO_ANSWER


def test_a_server_that_speaks_no_tls_is_no_answer(site: Site) -> None:
    with pytest.raises(CannotRead) as refused:
        read(site, account=Account(site.url().replace("http:", "https:")))

    assert refused.value.trouble is Trouble.NO_ANSWER


def test_all_questions_of_one_reading_share_one_clock(site: Site) -> None:
    asking = Asker(LOOPBACK, whole_s=0.0).begin()

    with pytest.raises(CannotRead) as refused:
        asking.ask(Account(site.url()), Question())

    assert refused.value.trouble is Trouble.NO_ANSWER
