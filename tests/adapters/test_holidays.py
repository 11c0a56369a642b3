"""Public holidays on dates that calendars of those years print."""

import subprocess
import sys
from datetime import date

import pytest

from booking.adapters.holidays import holidays_in, regions
from booking.domain.places import STATES


def year(country: str, region: str | None, of: int) -> dict[date, str]:
    return holidays_in(country, region, first=date(of, 1, 1), last=date(of, 12, 31))


@pytest.mark.parametrize(
    ("of", "day"), [(2026, 26), (2027, 25), (2028, 23), (2029, 22), (2030, 28)]
)
def test_thanksgiving_is_the_fourth_thursday_of_november(of: int, day: int) -> None:
    assert year("US", None, of)[date(of, 11, day)] == "Thanksgiving Day"


def test_a_federal_holiday_on_a_sunday_is_kept_on_the_monday_too() -> None:
    july = holidays_in("US", None, first=date(2027, 7, 1), last=date(2027, 7, 31))

    assert july == {
        date(2027, 7, 4): "Independence Day",
        date(2027, 7, 5): "Independence Day (observed)",
    }


def test_a_federal_holiday_on_a_saturday_is_kept_on_the_friday_too() -> None:
    assert date(2026, 7, 3) in year("US", None, 2026)
    assert date(2027, 6, 18) in year("US", None, 2027)


def test_new_year_on_a_saturday_closes_the_last_day_of_the_year_before() -> None:
    december = holidays_in("US", None, first=date(2027, 12, 26), last=date(2027, 12, 31))

    assert december == {date(2027, 12, 31): "New Year's Day (observed)"}


def test_juneteenth_is_a_federal_holiday() -> None:
    for of in range(2026, 2031):
        assert "Juneteenth" in year("US", None, of)[date(of, 6, 19)]


def test_there_are_eleven_federal_holidays() -> None:
    kept = {day: name for day, name in year("US", None, 2026).items() if "observed" not in name}

    assert len(kept) == 11


def test_a_state_keeps_holidays_of_its_own() -> None:
    patriots_day = date(2027, 4, 19)

    assert year("US", "MA", 2027)[patriots_day] == "Patriots' Day"
    assert patriots_day not in year("US", None, 2027)
    assert year("US", "UT", 2028)[date(2028, 7, 24)] == "Pioneer Day"


def test_a_span_is_from_its_first_day_to_its_last_in_order() -> None:
    first, last = date(2026, 12, 25), date(2028, 1, 17)

    found = list(holidays_in("US", None, first=first, last=last))

    assert found == sorted(found)
    assert (found[0], found[-1]) == (first, last)
    assert {day.year for day in found} == {2026, 2027, 2028}
    assert holidays_in("US", None, first=last, last=first) == {}


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("DE", "BY", date(2027, 1, 6), "Epiphany"),
        ("DE", None, date(2027, 12, 26), "Second Day of Christmas"),
        ("CA", "QC", date(2027, 6, 24), "Saint John the Baptist Day"),
        # It has no names but English ones.
        ("NZ", None, date(2027, 4, 26), "Anzac Day (observed)"),
    ],
)
def test_names_are_in_english_whatever_the_machine_speaks(
    country: str, region: str | None, day: date, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "de:fr")

    assert year(country, region, day.year)[day] == name


def test_regions_are_listed_by_their_names() -> None:
    found = regions("US")

    assert ("TX", "Texas") in found
    assert [name for _, name in found] == sorted(name for _, name in found)
    assert set(STATES) <= {code for code, _ in found}


def test_a_region_is_never_named_by_one_more_code() -> None:
    assert ("971", "Guadeloupe") in regions("FR")
    assert ("Flemish", "Flemish") in regions("BE")


def test_a_country_whose_holidays_are_the_same_everywhere_has_no_regions() -> None:
    assert regions("SG") == []


@pytest.mark.parametrize("country", ["", "us", "USA", "XX", "HolidayBase", "__name__"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(ValueError, match="unknown country"):
        regions(country)
    with pytest.raises(ValueError, match="unknown country"):
        year(country, None, 2027)


@pytest.mark.parametrize("region", ["", "ZZ", "Texas", "tx"])
def test_an_unknown_region_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="unknown region of US"):
        year("US", region, 2027)


def test_the_package_is_loaded_only_when_a_holiday_is_asked_for() -> None:
    program = "import sys, booking.adapters.holidays; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
