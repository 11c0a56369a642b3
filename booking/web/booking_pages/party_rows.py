"""The others on the check page, a row for each."""

from collections.abc import Iterable, Sequence
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _

from booking.adapters.phones import spoken
from booking.adapters.wording.languages import known
from booking.domain.participants import Role
from booking.services.companions import Companion
from booking.web.booking_pages.party_fields import CHILD
from booking.web.i18n import LANGUAGE
from booking.web.views.booking import Row


def party_rows(
    party: Iterable[Companion], prefixes: Sequence[str], *, about: str, country: str
) -> list[Row]:
    """Return a row of the check page for each of the others."""
    return [
        Row(_label(prefix, each), _who(each, country), f"{about}#{prefix}-name")
        for prefix, each in zip(prefixes, party, strict=True)
    ]


def _label(prefix: str, each: Companion) -> str:
    if each.role is Role.PAYER:
        return str(_("Who pays"))
    return str(_("Who it is for") if prefix == CHILD else _("With you"))


def _who(each: Companion, country: str) -> str:
    """Return "Kim Lee, kim@example.org, 602-555-0142"."""
    born = str(_("born %(day)s", day=_day(each.born))) if each.born else ""
    phone = spoken(each.phone, country=country) if each.phone else ""
    return ", ".join(said for said in (each.name, each.email, phone, born) if said)


def _day(day: date) -> str:
    return str(format_date(day, "MMMM d, y", locale=known(LANGUAGE)))
