"""Who comes to a new series, written down: the one who books, and everybody else there is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.models import Series, SeriesMember
from booking.services.booking import new_person
from booking.services.companions import Party
from booking.services.guests import Guest
from booking.services.parties import Beside, booker_seat, write_party
from booking.services.parts import Parts
from booking.services.rows import add_row


@dataclass(frozen=True, slots=True)
class NewMembers:
    """The one who books and who else there is. `wording` is the consent to texts as shown."""

    guest: Guest
    party: Party
    wording: str
    ip: str | None


def write_members(
    session: Session, series: Series, new: NewMembers, *, parts: Parts, now: datetime
) -> None:
    """Write them down, who books first, each with links of their own."""
    guest, kind = new.guest, series.part.session_type.kind
    if series.offer is not None:
        person_id = series.offer.person_id
    else:
        person_id = new_person(session, guest, wording=new.wording, ip=new.ip, now=now)
    row: dict[str, Any] = {
        "series_id": series.id,
        "person_id": person_id,
        **booker_seat(kind, new.party),
        "link_id": random_id(),
        **answers_of(guest, parts),
    }
    add_row(session, SeriesMember, row)
    if new.party:
        owner = {"series_id": series.id}
        beside = Beside(table=SeriesMember, owner=owner, kind=kind, guest=guest, booker=row)
        write_party(session, beside, new.party, now=now)


def answers_of(guest: Guest, parts: Parts) -> dict[str, Any]:
    """Return what a guest answered, as it is kept with them."""
    return {
        "phone": guest.phone,
        "state": guest.state,
        "country": guest.country,
        "need": guest.need,
        "payment": guest.payment,
        "language": guest.language,
        "access_needs": parts.sealer.seal_or_none(guest.access_needs),
        "note": parts.sealer.seal_or_none(guest.note),
    }
