"""Public holidays by country and region, as the `holidays` package knows them.

The package is loaded when the first holiday is asked for: it takes about 13 MB and, once a
process, most of a second. After that a year of one region is worked out in a millisecond.
"""

from collections.abc import Iterator
from datetime import date
from types import ModuleType

# Left to itself, the package speaks the language of the machine.
ENGLISH = "en_US"


def regions(country: str) -> list[tuple[str, str]]:
    """Return code and name of the regions of `country` (ISO 3166-1 alpha-2), by their names.

    A country whose holidays are the same everywhere has none. Raises `ValueError` if unknown.
    """
    kind = getattr(_package(country), country)
    names: dict[str, list[str]] = kind().get_subdivision_aliases()
    found = [(code, _name(code, names.get(code, []))) for code in kind.subdivisions]
    return sorted(found, key=lambda region: region[1])


def is_region(country: str, region: str) -> bool:
    """Return whether `country` has a region of that code."""
    try:
        return region in dict(regions(country))
    except ValueError:
        return False


def holidays_in(country: str, region: str | None, *, first: date, last: date) -> dict[date, str]:
    """Return the holidays from `first` to `last`, both included, ascending, named in English.

    Where offices close on another day because a holiday falls on a weekend, both days are
    there. With no region they are those of the whole country; for "US", the federal ones.
    Raises `ValueError` for a country or region that is unknown.
    """
    package = _package(country)
    if region is not None and region not in getattr(package, country).subdivisions:
        raise ValueError(f"unknown region of {country}: {region!r}")
    years = range(first.year, last.year + 1)
    found = package.country_holidays(country, region, years=years, language=ENGLISH)
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


def _package(country: str) -> ModuleType:
    import holidays  # noqa: PLC0415  # heavy, and few processes need it

    if country not in holidays.list_supported_countries(include_aliases=False):
        raise ValueError(f"unknown country: {country!r}")
    return holidays


def _name(code: str, aliases: list[str]) -> str:
    """Return the first alias that is a name and not one more code."""
    return next(_names(aliases), code)


def _names(aliases: list[str]) -> Iterator[str]:
    return (alias for alias in aliases if not alias.isupper())
