"""Where people are: US states and territories, countries, and zones by the cities they know."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from booking.domain.labels import N_

EASTERN = "America/New_York"
CENTRAL = "America/Chicago"
MOUNTAIN = "America/Denver"
PACIFIC = "America/Los_Angeles"


class State(NamedTuple):
    """A state, DC or a territory; the first of its zones is the one most people there use."""

    name: str
    zones: tuple[str, ...]


# By USPS code, in the order of their names.
STATES: Mapping[str, State] = MappingProxyType(
    {
        "AL": State("Alabama", (CENTRAL,)),
        "AK": State("Alaska", ("America/Anchorage", "America/Adak")),
        "AS": State("American Samoa", ("Pacific/Pago_Pago",)),
        # The Navajo Nation keeps the time of Denver, the rest of Arizona never changes clocks.
        "AZ": State("Arizona", ("America/Phoenix", MOUNTAIN)),
        "AR": State("Arkansas", (CENTRAL,)),
        "CA": State("California", (PACIFIC,)),
        "CO": State("Colorado", (MOUNTAIN,)),
        "CT": State("Connecticut", (EASTERN,)),
        "DE": State("Delaware", (EASTERN,)),
        "DC": State("District of Columbia", (EASTERN,)),
        "FL": State("Florida", (EASTERN, CENTRAL)),
        "GA": State("Georgia", (EASTERN,)),
        "GU": State("Guam", ("Pacific/Guam",)),
        "HI": State("Hawaii", ("Pacific/Honolulu",)),
        "ID": State("Idaho", ("America/Boise", PACIFIC)),
        "IL": State("Illinois", (CENTRAL,)),
        "IN": State("Indiana", ("America/Indiana/Indianapolis", CENTRAL)),
        "IA": State("Iowa", (CENTRAL,)),
        "KS": State("Kansas", (CENTRAL, MOUNTAIN)),
        "KY": State("Kentucky", ("America/Kentucky/Louisville", CENTRAL)),
        "LA": State("Louisiana", (CENTRAL,)),
        "ME": State("Maine", (EASTERN,)),
        "MD": State("Maryland", (EASTERN,)),
        "MA": State("Massachusetts", (EASTERN,)),
        "MI": State("Michigan", ("America/Detroit", CENTRAL)),
        "MN": State("Minnesota", (CENTRAL,)),
        "MS": State("Mississippi", (CENTRAL,)),
        "MO": State("Missouri", (CENTRAL,)),
        "MT": State("Montana", (MOUNTAIN,)),
        "NE": State("Nebraska", (CENTRAL, MOUNTAIN)),
        "NV": State("Nevada", (PACIFIC, MOUNTAIN)),
        "NH": State("New Hampshire", (EASTERN,)),
        "NJ": State("New Jersey", (EASTERN,)),
        "NM": State("New Mexico", (MOUNTAIN,)),
        "NY": State("New York", (EASTERN,)),
        "NC": State("North Carolina", (EASTERN,)),
        "ND": State("North Dakota", (CENTRAL, MOUNTAIN)),
        "MP": State("Northern Mariana Islands", ("Pacific/Saipan",)),
        "OH": State("Ohio", (EASTERN,)),
        "OK": State("Oklahoma", (CENTRAL,)),
        "OR": State("Oregon", (PACIFIC, "America/Boise")),
        "PA": State("Pennsylvania", (EASTERN,)),
        "PR": State("Puerto Rico", ("America/Puerto_Rico",)),
        "RI": State("Rhode Island", (EASTERN,)),
        "SC": State("South Carolina", (EASTERN,)),
        "SD": State("South Dakota", (CENTRAL, MOUNTAIN)),
        "TN": State("Tennessee", (CENTRAL, EASTERN)),
        "TX": State("Texas", (CENTRAL, MOUNTAIN)),
        "VI": State("U.S. Virgin Islands", ("America/St_Thomas",)),
        "UT": State("Utah", (MOUNTAIN,)),
        "VT": State("Vermont", (EASTERN,)),
        "VA": State("Virginia", (EASTERN,)),
        "WA": State("Washington", (PACIFIC,)),
        "WV": State("West Virginia", (EASTERN,)),
        "WI": State("Wisconsin", (CENTRAL,)),
        "WY": State("Wyoming", (MOUNTAIN,)),
    }
)

# What a time-zone list offers first. The label names no abbreviation: after a change of the
# law "MST" may be on the clocks of a place that never heard of it.
US_ZONES: tuple[tuple[str, str], ...] = (
    (EASTERN, N_("Eastern time (New York)")),
    (CENTRAL, N_("Central time (Chicago)")),
    (MOUNTAIN, N_("Mountain time (Denver)")),
    ("America/Phoenix", N_("Arizona time (Phoenix)")),
    (PACIFIC, N_("Pacific time (Los Angeles)")),
    ("America/Anchorage", N_("Alaska time (Anchorage)")),
    ("Pacific/Honolulu", N_("Hawaii time (Honolulu)")),
    ("America/Puerto_Rico", N_("Atlantic time (Puerto Rico)")),
    ("America/Detroit", N_("Eastern time (Detroit)")),
    ("America/Indiana/Indianapolis", N_("Eastern time (Indianapolis)")),
    ("America/Kentucky/Louisville", N_("Eastern time (Louisville)")),
    ("America/Boise", N_("Mountain time (Boise)")),
    ("America/Adak", N_("Aleutian time (Adak)")),
    ("America/St_Thomas", N_("Atlantic time (St. Thomas)")),
    ("Pacific/Guam", N_("Chamorro time (Guam)")),
    ("Pacific/Saipan", N_("Chamorro time (Saipan)")),
    ("Pacific/Pago_Pago", N_("Samoa time (Pago Pago)")),
)

_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW"
)
# ISO 3166-1 alpha-2.
COUNTRIES = frozenset(_COUNTRIES.split())

# Names whose last part is not the city, or not as its people write it.
_CITIES = {
    "America/Asuncion": "Asunción",
    "America/Bahia_Banderas": "Bahía de Banderas",
    "America/Bogota": "Bogotá",
    "America/Cancun": "Cancún",
    "America/Ciudad_Juarez": "Ciudad Juárez",
    "America/Curacao": "Curaçao",
    "America/Indiana/Knox": "Knox, Indiana",
    "America/Indiana/Vevay": "Vevay, Indiana",
    "America/Kentucky/Monticello": "Monticello, Kentucky",
    "America/Mazatlan": "Mazatlán",
    "America/Merida": "Mérida",
    "America/North_Dakota/Beulah": "Beulah, North Dakota",
    "America/North_Dakota/Center": "Center, North Dakota",
    "America/North_Dakota/New_Salem": "New Salem, North Dakota",
    "America/Sao_Paulo": "São Paulo",
    "America/St_Barthelemy": "St. Barthélemy",
    "Antarctica/DumontDUrville": "Dumont d'Urville",
    "Asia/Calcutta": "Kolkata",
    "Asia/Katmandu": "Kathmandu",
    "Asia/Rangoon": "Yangon",
    "Asia/Saigon": "Ho Chi Minh City",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
    "Europe/Kiev": "Kyiv",
    "Indian/Reunion": "Réunion",
    "Pacific/Noumea": "Nouméa",
    "US/Alaska": "Anchorage",
    "US/Aleutian": "Adak",
    "US/Arizona": "Phoenix",
    "US/Central": "Chicago",
    "US/East-Indiana": "Indianapolis",
    "US/Eastern": "New York",
    "US/Hawaii": "Honolulu",
    "US/Indiana-Starke": "Knox, Indiana",
    "US/Michigan": "Detroit",
    "US/Mountain": "Denver",
    "US/Pacific": "Los Angeles",
    "US/Samoa": "Pago Pago",
    "Canada/Atlantic": "Halifax",
    "Canada/Central": "Winnipeg",
    "Canada/Eastern": "Toronto",
    "Canada/Mountain": "Edmonton",
    "Canada/Newfoundland": "St. John's",
    "Canada/Pacific": "Vancouver",
    "Canada/Saskatchewan": "Regina",
    "Canada/Yukon": "Whitehorse",
    "America/St_Johns": "St. John's",
}


def is_state(code: str) -> bool:
    return code in STATES


def state_name(code: str) -> str:
    """Return the name of the state with this USPS code; raise `KeyError` if there is none."""
    return STATES[code].name


def usual_zone(code: str) -> str:
    """Return the IANA zone most people in the state use; raise `KeyError` if there is none."""
    return STATES[code].zones[0]


def is_country(code: str) -> bool:
    return code in COUNTRIES


def city_of(zone_name: str) -> str:
    """Return the city an IANA zone is known by: `America/New_York` is New York."""
    if zone_name in _CITIES:
        return _CITIES[zone_name]
    city = zone_name.rpartition("/")[2].replace("_", " ")
    return f"St. {city[3:]}" if city.startswith("St ") else city
