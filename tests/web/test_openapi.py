"""The OpenAPI document: it describes every call there is, and every call keeps to it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.engine import events, from_schema

from tests.factories import NOW
from tests.web.api import book, token_of

pytestmark = pytest.mark.usefixtures("practice")

SEED = 20301
EXAMPLES = 4
# What OpenAPI cannot say, a rule of the practice may still forbid.
ACCEPTED_OR_REFUSED_BY_A_RULE = ["2xx", "404", "409", "422"]


@dataclass
class Report:
    """What came of many generated requests."""

    failures: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def fuzz(app: Flask, only: str = "", **known: str) -> Report:
    """Send what schemathesis makes of the document; `known` are values that do exist."""
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    # Each value of a list is tried at every call, and there are hundreds of zones.
    for name in ("TimeZone", "State"):
        listed = described.raw_schema["components"]["schemas"][name]
        listed["enum"] = listed["enum"][:: len(listed["enum"]) // 4]
    schema = described.include(operation_id=only) if only else described
    schema.config.seed = SEED
    schema.config.generation.update(max_examples=EXAMPLES, deterministic=True, database="none")
    schema.config.parameters = dict(known)
    accepted = schema.config.checks.positive_data_acceptance
    accepted.expected_statuses = ACCEPTED_OR_REFUSED_BY_A_RULE
    report = Report()
    for happened in from_schema(schema).execute():
        if isinstance(happened, events.ScenarioFinished):
            _read(happened, report)
        elif isinstance(happened, events.NonFatalError | events.FatalError):
            report.failures.append(repr(happened))
    return report


def _read(scenario: Any, report: Report) -> None:
    recorder = scenario.recorder
    for one in recorder.interactions.values():
        if one.response is not None:
            report.statuses[one.response.status_code] += 1
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                report.failures.append(f"{recorder.label}: {failure.title}: {failure.message}")


def test_every_call_keeps_to_the_document(app: Flask) -> None:
    report = fuzz(app)

    assert report.failures == []
    assert report.statuses[404] > 0
    assert report.statuses[422] > 0


def test_calls_about_what_exists_keep_to_it_too(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(NOW, tick=False):
        token = token_of(book(client))

    report = fuzz(app, therapist="amara", session_type="consultation", token=token)

    assert report.failures == []
    assert report.statuses[200] > 0
    assert not [status for status in report.statuses if status >= 500]


@pytest.mark.one_database
def test_the_fuzzing_finds_a_call_that_breaks_its_word(app: Flask) -> None:
    original = app.view_functions["api.show"]
    app.view_functions["api.show"] = lambda token: ({"surprise": token}, 200)
    try:
        report = fuzz(app, only="getAppointment")
    finally:
        app.view_functions["api.show"] = original

    assert any("surprise" in failure or "schema" in failure for failure in report.failures)


@pytest.mark.one_database
def test_every_call_there_is_is_described(app: Flask, client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").get_json()
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert described["openapi"] == "3.1.0"
    documented = {
        (method, path)
        for path, methods in described["paths"].items()
        for method in methods
        if path.startswith("/api/v1/")
    }
    assert documented == routes


@pytest.mark.one_database
def test_the_document_is_readable_as_a_page_of_our_own(client: FlaskClient) -> None:
    page = client.get("/api/docs")

    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert "POST /api/v1/appointments" in html
    assert "Idempotency-Key" in html
    assert "<script" not in html.replace('<script type="module" src="/static/', "")


@pytest.mark.one_database
def test_the_type_of_a_problem_leads_to_a_page(client: FlaskClient) -> None:
    problem = client.get("/api/v1/appointments/nothing").get_json()

    page = client.get(problem["type"].removeprefix("http://127.0.0.1:8000"))

    assert problem["type"].endswith("/problems/not_found")
    assert page.status_code == 200
    assert client.get("/problems/nonsense").status_code == 404
