"""Whose clock a page shows."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.web.zones import SeenZone, visitor_zone

pytestmark = [pytest.mark.usefixtures("practice"), pytest.mark.one_database]


def seen(app: Flask, state: str | None = None, **cookies: str) -> SeenZone:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with app.test_request_context("/", headers={"Cookie": header} if header else {}):
        return visitor_zone(state)


def test_a_choice_comes_before_the_device_and_the_device_before_the_state(app: Flask) -> None:
    chosen = seen(app, "AZ", zone="America/Denver", zone_chosen="Asia/Tokyo")
    device = seen(app, "AZ", zone="America%2FDenver")
    state = seen(app, "AZ")
    practice = seen(app)

    assert (chosen.name, chosen.known) == ("Asia/Tokyo", True)
    assert (device.name, device.known) == ("America/Denver", True)
    assert (state.name, state.known) == ("America/Phoenix", False)
    assert (practice.name, practice.known) == ("America/New_York", False)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "EST", "America/", "../../etc/passwd", "%00", "x" * 4000]
)
def test_a_name_that_is_no_zone_is_passed_over(app: Flask, name: str) -> None:
    assert seen(app, "AZ", zone=name, zone_chosen=name).name == "America/Phoenix"


def test_a_state_nobody_knows_is_passed_over(app: Flask) -> None:
    assert seen(app, "ZZ").name == "America/New_York"


def test_choosing_a_zone_is_remembered_and_leads_back(client: FlaskClient) -> None:
    answer = client.post("/zone", data={"zone": "Asia/Tokyo", "next": "/t/amara?slot=1"})

    assert (answer.status_code, answer.location) == (303, "/t/amara?slot=1")
    cookie = client.get_cookie("zone_chosen")
    assert cookie is not None
    assert (cookie.value, cookie.http_only, cookie.same_site) == ("Asia/Tokyo", True, "Lax")


def test_choosing_none_goes_back_to_the_zone_of_the_device(client: FlaskClient) -> None:
    client.post("/zone", data={"zone": "Asia/Tokyo", "next": "/"})

    client.post("/zone", data={"zone": "", "next": "/"})

    assert client.get_cookie("zone_chosen") is None


def test_choosing_what_is_no_zone_changes_nothing(client: FlaskClient) -> None:
    client.post("/zone", data={"zone": "Mars/Olympus\r\nSet-Cookie: a=b", "next": "/"})

    assert client.get_cookie("zone_chosen") is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/ok\r\nLocation: https://evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post("/zone", data={"zone": "Asia/Tokyo", "next": elsewhere})

    assert (answer.status_code, answer.location) == (303, "/find")
