"""The pages between a chosen time and a booking: about you, and check."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from booking.domain.lifecycle import Kind
from booking.web.views.clocks import BothClocks, ZoneChoice
from booking.web.views.meeting import Terms, Whom, is_call
from booking.web.views.party import PartyForm
from booking.web.views.picker import Link, Ways


@dataclass(frozen=True, slots=True)
class Holding:
    """Until when the time is held, as a clock time, and whether holding on would help."""

    until: str
    can_last_longer: bool
    keep_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`ways` is None where how they meet is settled; `how` then says it.

    `often` says how often they meet, for a standing hour of which `when` is the first date.
    Who is `known` already is not asked who they are.
    """

    action: str
    back: Link
    whom: Whom
    what: str
    when: BothClocks
    often: str
    holding: Holding | None
    ways: Ways | None
    how: str
    phone_needed: bool
    client_calls: bool
    known: bool
    asks_place: bool
    place: str
    place_href: str
    states: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    zone: ZoneChoice
    zone_words: str
    zone_unknown: bool
    languages: Sequence[tuple[str, str]]
    consent: str
    party: PartyForm


@dataclass(frozen=True, slots=True)
class Row:
    """One answer on the check page, and where to change it."""

    label: str
    value: str
    href: str = ""
    change_what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    action: str
    back: Link
    whom: Whom
    when: BothClocks
    when_href: str
    rows: Sequence[Row]
    email: str
    email_href: str
    price: str
    terms: Terms
    change_words: str | None
    holding: Holding
    button: str
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RanOut:
    """The hold is over, and the time is still open."""

    when: str
    keep_action: str
    other_href: str


def button_words(kind: Kind, *, asks: bool) -> str:
    """Return what the last button does: it books, or it asks."""
    if asks:
        return str(_("Send request"))
    return str(_("Book this call") if is_call(kind) else _("Book this session"))
