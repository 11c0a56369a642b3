"""Who came by which link, and what acting through a mailed one proves."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, url_for
from werkzeug import Response

from booking.adapters.links import Purpose
from booking.models import Appointment, Participant
from booking.services.identity import prove_address
from booking.web.tokens import MANAGING, participant_for
from booking.web.wiring import parts

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at the page of their appointment; `mailed` says the link came by mail."""

    participant: Participant
    token: str
    mailed: bool

    @property
    def appointment(self) -> Appointment:
        return self.participant.appointment

    def address(self, endpoint: str, **more: str) -> str:
        return url_for(endpoint, token=self.token, **more)  # type: ignore[arg-type]

    def back(self, *, done: str | None = None) -> Response:
        """Lead back to the page of the appointment, which says what was `done`."""
        more = {"done": done} if done else {}
        return redirect(self.address("manage.show", **more), code=SEE_OTHER)


def visit(token: str) -> Visit:
    """Return the visit by this link; raise `NotFound`. Changes nothing."""
    participant, purpose = participant_for(token, *MANAGING)
    return Visit(participant, token, purpose is Purpose.MAILED)


def acting(token: str, *, now: datetime) -> Visit:
    """Return the visit of somebody who acts: by a mailed link, that proves their address."""
    found = visit(token)
    if found.mailed and found.participant.person.verified_at is None:
        prove_address(found.participant.id, now=now)
        return visit(token)
    return found


def visit_again(found: Visit) -> Visit:
    """Return the visit by the link that holds now: correcting an address ends the old ones."""
    participant = found.participant
    purpose = Purpose.MAILED if found.mailed else Purpose.MANAGE
    token = parts().links.token(purpose, participant.link_id, participant.link_version)
    return visit(token)
