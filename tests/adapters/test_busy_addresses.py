"""Whom somebody can make us ask: nobody inside, whatever an address looks like."""

import pytest

from booking.adapters.busy import CannotRead
from booking.adapters.busy.addresses import host_in, is_public, resolved, target_of
from booking.domain.outside import Trouble

NOBODY: frozenset[str] = frozenset()
PUBLIC = "142.250.80.46"


def refusal(address: str, *machines: str, trusted: frozenset[str] = NOBODY) -> Trouble:
    with pytest.raises(CannotRead) as refused:
        target_of(address, trusted=trusted, resolve=lambda _host, _port: machines)
    assert address not in str(refused.value)
    return refused.value.trouble


@pytest.mark.parametrize(
    "machine",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.8.9.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:142.250.80.46",
        "64:ff9b::7f00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "not an address",
    ],
)
def test_what_is_inside_or_of_no_use_to_anybody_is_not_asked(machine: str) -> None:
    assert not is_public(machine)
    assert refusal("https://calendar.example/a.ics", machine) is Trouble.ADDRESS
    # One that is public beside it makes it no better.
    assert refusal("https://calendar.example/a.ics", PUBLIC, machine) is Trouble.ADDRESS


@pytest.mark.parametrize("machine", [PUBLIC, "8.8.8.8", "2607:f8b0:4004:c07::71", "172.32.0.1"])
def test_what_anybody_can_ask_we_may_ask_too(machine: str) -> None:
    target = target_of(
        "webcal://Calendar.Example:8443/a.ics?key=1",
        trusted=NOBODY,
        resolve=lambda _host, _port: [machine],
    )

    assert target.machine == machine
    assert (target.secure, target.host, target.port) == (True, "calendar.example", 8443)
    assert target.path == "/a.ics?key=1"
    assert target.host_header == "calendar.example:8443"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "calendar.example/a.ics",
        "file:///etc/passwd",
        "ftp://calendar.example/a.ics",
        "gopher://calendar.example/",
        "https://",
        "https:///a.ics",
        "https://user@calendar.example/a.ics",
        "https://calendar.example@127.0.0.1/",
        "https://calendar.example\\@127.0.0.1/",
        "https://calendar.example/a b",
        "https://calendar.example/\r\nX-Evil: 1",
        "https://calendar.example:99999/",
        "https://[::1/",
        "https://calendar.example/" + "a" * 2000,
        "https://calendar.example/ö",
        "https://" + "a" * 80 + ".example/",
    ],
)
def test_an_address_that_is_odd_is_never_looked_up(address: str) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError(address)

    with pytest.raises(CannotRead):
        target_of(address, trusted=NOBODY, resolve=never)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "0"])
def test_other_ways_to_write_this_machine_lead_to_it_and_are_refused(host: str) -> None:
    with pytest.raises(CannotRead) as refused:
        target_of(f"https://{host}/a.ics", trusted=NOBODY, resolve=resolved)

    assert refused.value.trouble is Trouble.ADDRESS


def test_plain_http_is_refused_and_so_is_a_name_nobody_knows() -> None:
    assert refusal("http://calendar.example/a.ics", PUBLIC) is Trouble.NOT_SECURE
    assert refusal("https://calendar.example/a.ics") is Trouble.NO_ANSWER
    assert resolved("no-such-host.invalid", 443) == []


def test_a_host_of_the_practices_own_may_be_inside_and_without_tls() -> None:
    target = target_of(
        "http://Radicale.lan/cal/",
        trusted=frozenset({"radicale.lan"}),
        resolve=lambda _host, _port: ["192.168.1.5"],
    )

    assert (target.secure, target.machine, target.port) == (False, "192.168.1.5", 80)
    assert target.host_header == "radicale.lan"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("webcal://p42-caldav.icloud.com/published/2/abc", "p42-caldav.icloud.com"),
        ("https://Calendar.Google.com/calendar/ical/x/private-1/basic.ics", "calendar.google.com"),
        ("https://[::1/", ""),
        ("", ""),
    ],
)
def test_people_know_a_calendar_by_its_host(address: str, host: str) -> None:
    assert host_in(address) == host
