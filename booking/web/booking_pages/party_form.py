"""What the form asks about the others, for one kind of session and one visitor."""

from flask_babel import gettext as _

from booking.domain.lifecycle import FOR_ONE, Kind, Modality
from booking.web.booking_pages.party import others_of, prefixes_in, who_in
from booking.web.booking_pages.typed import Answers
from booking.web.booking_pages.wanted import Wanted
from booking.web.views.clocks import american_zones
from booking.web.views.party import PartyForm, blocks_of, who_options
from booking.web.views.places import state_options


def party_form(answers: Answers, wanted: Wanted, *, known: bool) -> PartyForm:
    """Return what to ask. Who is `known` already books for themselves."""
    session_type = wanted.session_type
    kind, others = session_type.kind, others_of(session_type)
    by_phone = wanted.modality is Modality.PHONE
    same_clock = ("", str(_("The same as yours")))
    same_place = ("", str(_("The same place as you")))
    return PartyForm(
        who=who_options() if kind in FOR_ONE and not known else (),
        chosen=who_in(answers.draft),
        blocks=blocks_of(kind, others, prefixes_in(answers.draft, session_type)),
        asks_born=kind is Kind.FAMILY,
        asks_payer=session_type.price_cents > 0 and kind is not Kind.GROUP,
        phone_needed=by_phone and wanted.settled,
        # Every zone there is, for each of them, would make the page heavy; the API knows all.
        zones=[same_clock, *american_zones()] if others else (),
        states=[same_place, *state_options()[1:]] if others else (),
    )
