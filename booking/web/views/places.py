"""Lists of places to choose from."""

from babel import Locale
from flask_babel import gettext as _

from booking.domain import places
from booking.web.i18n import LANGUAGE

Options = list[tuple[str, str]]


def state_options() -> Options:
    """Return every state by its name, after an empty line that asks to choose."""
    return [("", str(_("Choose a state"))), *((c, s.name) for c, s in places.STATES.items())]


def country_options(home: str) -> Options:
    """Return every country but `home` by its name, after an empty line for none of them."""
    names = Locale.parse(LANGUAGE).territories
    found = [(code, names.get(code, code)) for code in places.COUNTRIES if code != home]
    return [("", str(_("Choose a country"))), *sorted(found, key=lambda option: option[1])]


def country_name(code: str) -> str:
    return str(Locale.parse(LANGUAGE).territories.get(code, code))
