"""What was answered about the person, each answer with a way to change it."""

from flask_babel import gettext as _

from booking.adapters.phones import spoken
from booking.domain.facets import Facet
from booking.models import Appointment
from booking.web.booking_pages.party import People, prefixes_in
from booking.web.booking_pages.party_rows import party_rows
from booking.web.booking_pages.typed import Draft
from booking.web.practice import practice_facts
from booking.web.views.booking import Row
from booking.web.views.meeting import how, label, place, what, whom


def answer_rows(
    held: Appointment, people: People, draft: Draft, *, about: str, known: bool = False
) -> list[Row]:
    """Return the rows of a check page; `about` is where the answers are changed.

    Who somebody is does not change here if they are `known` already.
    """
    guest, home = people.guest, practice_facts().country
    others = party_rows(
        people.party, prefixes_in(draft, held.session_type), about=about, country=home
    )
    shown = what(held.kind, held.session_type.minutes)
    meeting = how(held.modality, held.therapist, guest.phone, country=home)
    phone = spoken(guest.phone, country=home) if guest.phone else ""
    texts = _("Yes, reminders by text") if guest.sms_consent else ""
    rows = [
        Row(_("With"), whom(held.therapist).name),
        Row(_("What"), shown),
        Row(_("How"), meeting, f"{about}#modality", _("how you meet")),
        Row(_("Where you will be"), place(guest.state, guest.country), f"{about}#state"),
        Row(_("Name"), guest.name, "" if known else f"{about}#name"),
        *others,
        Row(_("Phone"), phone, f"{about}#phone"),
        Row(_("Texts"), texts, f"{about}#sms_consent"),
        Row(_("Pronouns"), guest.pronouns, "" if known else f"{about}#pronouns"),
        Row(_("Language"), label(Facet.LANGUAGE, guest.language), f"{about}#language"),
        Row(_("What for"), label(Facet.NEED, guest.need)),
        Row(_("Paying with"), label(Facet.INSURANCE, guest.payment)),
        Row(_("What would help"), guest.access_needs, f"{about}#access_needs"),
        Row(_("Your note"), guest.note, f"{about}#note"),
    ]
    return [row for row in rows if row.value]
