"""The time an attempt is about: the one that is held, or for a call the one in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from booking.domain.lifecycle import Modality
from booking.models import Appointment, SessionType
from booking.services.holds import Choice
from booking.web.booking_pages.asked import Asked, read_asked
from booking.web.booking_pages.attempts import Attempt
from booking.web.booking_pages.rhythm import Rhythm
from booking.web.booking_pages.standing import standing_in
from booking.web.booking_pages.typed import OFFER
from booking.web.views.meeting import is_call


@dataclass(frozen=True, slots=True)
class Wanted:
    """`asked` carries the answers on; `settled` says that how they meet was chosen before."""

    asked: Asked
    session_type: SessionType
    starts_at: datetime
    modality: Modality
    settled: bool

    def choice(self, state: str | None) -> Choice:
        return Choice(self.asked.therapist, self.asked.type, self.starts_at, self.modality, state)


def wanted_by(attempt: Attempt, slug: str, given: Mapping[str, str]) -> Wanted | None:
    """Return what is wanted, or None if the address does not say and nothing is held."""
    if attempt.held is not None and not given.get("slot"):
        return wanted_of(attempt, attempt.held)
    asked, session_type = read_asked(slug, given)
    if asked.slot is None or not is_call(session_type.kind):
        return None
    modality = asked.modality or Modality(session_type.modalities[0])
    settled = len(session_type.modalities) == 1
    return Wanted(asked, session_type, asked.slot, modality, settled)


def wanted_of(attempt: Attempt, held: Appointment) -> Wanted:
    """Return what is held as what is wanted, with the answers typed so far."""
    draft, session_type = attempt.draft, held.session_type
    standing = standing_in(draft)
    asked = Asked(
        therapist=held.therapist.slug,
        type=session_type.slug,
        slot=held.starts_at if standing is None else standing.starts_at,
        state=draft.get("state"),
        country=draft.get("country"),
        need=draft.get("need"),
        payment=draft.get("payment"),
        language=draft.get("language"),
        modality=held.modality,
        hold=attempt.token,
        offer=draft.get(OFFER),
        rhythm=Rhythm() if standing is None else standing.rhythm,
    )
    settled = not is_call(held.kind) or len(session_type.modalities) == 1
    return Wanted(asked, session_type, held.starts_at, held.modality, settled)
