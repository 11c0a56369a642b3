from importlib.resources import files

import pytest

from booking.domain.places import (
    COUNTRIES,
    STATES,
    US_ZONES,
    city_of,
    is_country,
    is_state,
    state_name,
    usual_zone,
)
from booking.domain.zones import zone, zone_names


def test_every_state_dc_and_territory_is_there_by_name() -> None:
    names = [state.name for state in STATES.values()]

    assert len(STATES) == 50 + 1 + 5
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_every_zone_of_a_state_is_offered_first_and_really_exists() -> None:
    offered = dict(US_ZONES)
    used = {name for state in STATES.values() for name in state.zones}

    assert used == offered.keys()
    assert len(offered) == len(US_ZONES)
    for name in offered:
        zone(name)


def test_a_zone_is_offered_by_its_city() -> None:
    for name, label in US_ZONES:
        assert label.endswith(f" time ({city_of(name)})")


def test_a_state_is_known_by_its_code() -> None:
    assert state_name("AZ") == "Arizona"
    assert usual_zone("AZ") == "America/Phoenix"
    assert STATES["AZ"].zones == ("America/Phoenix", "America/Denver")
    assert is_state("DC")
    for unknown in ("", "az", "Arizona", "XX", "US", "A\u0416"):
        assert not is_state(unknown)


def test_the_countries_are_those_of_the_time_zone_data() -> None:
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8").splitlines()
    codes = {line.split("\t")[0] for line in lines if not line.startswith("#")}

    assert codes == COUNTRIES
    assert is_country("GB")
    assert not is_country("UK")
    assert not is_country("gb")


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("America/Phoenix", "Phoenix"),
        ("America/New_York", "New York"),
        ("America/Los_Angeles", "Los Angeles"),
        ("America/St_Johns", "St. John's"),
        ("America/St_Thomas", "St. Thomas"),
        ("America/Port_of_Spain", "Port of Spain"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("America/Indiana/Indianapolis", "Indianapolis"),
        ("America/North_Dakota/Center", "Center, North Dakota"),
        ("Asia/Kathmandu", "Kathmandu"),
        ("America/Sao_Paulo", "São Paulo"),
        ("US/Eastern", "New York"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_the_city_people_know(name: str, city: str) -> None:
    assert city_of(name) == city


def test_every_zone_has_a_readable_city() -> None:
    for name in zone_names():
        assert city_of(name).replace("_", "") == city_of(name) != ""
