"""The part of the form about the others: for whom it is, who comes along, who pays."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from booking.domain.lifecycle import Kind
from booking.web.booking_pages.party_fields import ADULT, CHILD, MINOR

Options = Sequence[tuple[str, object]]
FIRST = 2  # the one who books comes, too


@dataclass(frozen=True, slots=True)
class Block:
    """The fields of one person who may come along; `prefix` is how their names begin."""

    prefix: str
    heading: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyForm:
    """`who` are the answers to whom it is for; none where that is not asked.

    `asks_born` says that some who come along may be under age.
    """

    who: Options
    chosen: str
    blocks: Sequence[Block]
    asks_born: bool
    asks_payer: bool
    phone_needed: bool
    zones: Options
    states: Options


def who_options() -> Options:
    return [
        (ADULT, str(_("Me. I am 18 or older"))),
        (MINOR, str(_("Me. I am under 18"))),
        (CHILD, str(_("My child, or someone I care for"))),
    ]


def blocks_of(kind: Kind, prefixes: Sequence[str], named: Sequence[str]) -> list[Block]:
    """Return a block for each who may come along: open are the first, and who is `named`."""
    if kind is Kind.COUPLES:
        return [Block(prefix, str(_("The other person")), is_open=True) for prefix in prefixes]
    return [
        Block(prefix, str(_("Person %(num)s", num=number)), number == FIRST or prefix in named)
        for number, prefix in enumerate(prefixes, start=FIRST)
    ]
