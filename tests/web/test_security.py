"""The headers of every answer, and forms sent from other sites."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.models import db
from tests.databases import PUBLIC_URL, migrated, settings_for

HERE = {"Host": "127.0.0.1:8000"}

pytestmark = pytest.mark.usefixtures("practice")


@pytest.mark.one_database
@pytest.mark.parametrize(
    "path", ["/urgent", "/lost-link", "/no-such-page", "/healthz", "/api/v1/nothing"]
)
def test_every_answer_tells_the_browser_to_trust_nobody_else(
    client: FlaskClient, path: str
) -> None:
    headers = client.get(path).headers

    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy.pop("default-src") == "'none'"
    assert {name for name, value in policy.items() if value == "'none'"} == {
        "base-uri",
        "frame-ancestors",
        "object-src",
    }
    assert set(policy.values()) == {"'self'", "'none'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.one_database
def test_pages_are_kept_out_of_search_engines_unless_they_are_for_everybody(
    client: FlaskClient,
) -> None:
    assert "X-Robots-Tag" not in client.get("/urgent").headers
    for path in ("/lost-link", "/b/x", "/join/x", "/api/v1/openapi.json"):
        assert client.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.one_database
def test_files_named_with_their_digest_are_kept_and_others_asked_for_again(
    client: FlaskClient,
) -> None:
    page = client.get("/urgent").get_data(as_text=True)
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    assert "?v=" in address
    named = client.get(address, buffered=True)
    assert "immutable" in named.headers["Cache-Control"]
    plain = client.get(address.split("?")[0], buffered=True)
    assert plain.headers["Cache-Control"] == "no-cache"
    assert plain.headers["ETag"]


@pytest.mark.one_database
def test_tls_is_asked_for_only_where_there_is_tls(client: FlaskClient, tmp_path: Path) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers

    url = f"sqlite:///{tmp_path}/x.sqlite3"
    secure = migrated(settings_for(url, tmp_path, PUBLIC_URL="https://alder.example"))

    header = secure.test_client().get("/healthz").headers["Strict-Transport-Security"]
    assert header.startswith("max-age=")
    with secure.app_context():
        db.engine.dispose()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
        {"Sec-Fetch-Site": "something-new"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "nonsense"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post("/lost-link", data={"email": "a@b.org"}, headers=HERE | headers)

    assert answer.status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": PUBLIC_URL},
        {"Origin": "null"},
    ],
)
def test_our_own_forms_and_programs_are_let_in(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.post("/lost-link", data={"email": "a@b.org"}, headers=HERE | headers)

    assert answer.status_code == 200


@pytest.mark.one_database
def test_the_address_a_proxy_shows_is_ours_too(client: FlaskClient) -> None:
    headers = {"Host": "inside:8000", "Origin": "http://inside:8000"}

    assert client.post("/lost-link", data={"email": "a@b.org"}, headers=headers).status_code == 200


@pytest.mark.one_database
def test_links_from_other_sites_and_calls_of_the_api_are_let_in(client: FlaskClient) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://clinic.example"}

    assert client.get("/urgent", headers=elsewhere).status_code == 200
    refused = client.post("/api/v1/appointments", json={}, headers=elsewhere)
    assert refused.status_code == 422


def test_no_path_can_bring_a_call_down(app: Flask, client: FlaskClient) -> None:
    hostile = ["a%00b", "a%0d%0ab", "%ed%a0%80", "%ff", "'", "..%2f..%2fetc", "x" * 3000]
    tried = 0
    for rule in app.url_map.iter_rules():
        for value in hostile if rule.arguments else ():
            path = re.sub(r"<[^>]+>", value, rule.rule)
            for answer in (client.get(path, buffered=True), client.post(path, data={})):
                assert answer.status_code < 500, path
                tried += 1

    assert tried > 50
