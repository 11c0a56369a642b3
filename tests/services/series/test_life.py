"""Whatever is done to a standing hour, in whatever order: it is what a plain list says it is."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.services.series.endless import EndlessHour
from tests.services.series.machine import StandingHour

AT_LENGTH_S = 3600


def check_life(
    app: Flask,
    *,
    examples: int,
    steps: int,
    same: bool,
    of: type[StandingHour | EndlessHour] = StandingHour,
) -> None:
    of.app = app
    run_state_machine_as_test(
        of,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same,
            database=None,
            # What failed is told step by step: making it shorter takes a minute for each step.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.one_database
def test_a_standing_hour_is_what_was_made_of_it(app: Flask) -> None:
    check_life(app, examples=6, steps=12, same=True)


@pytest.mark.prove
@pytest.mark.timeout(AT_LENGTH_S)
def test_a_standing_hour_is_what_was_made_of_it_at_length(app: Flask) -> None:
    check_life(app, examples=150, steps=40, same=False)


@pytest.mark.one_database
def test_nothing_of_an_hour_without_an_end_is_lost(app: Flask) -> None:
    check_life(app, examples=6, steps=12, same=True, of=EndlessHour)


@pytest.mark.prove
@pytest.mark.timeout(AT_LENGTH_S)
def test_nothing_of_an_hour_without_an_end_is_lost_at_length(app: Flask) -> None:
    check_life(app, examples=150, steps=40, same=False, of=EndlessHour)
