"""What each of those concerned hears of a standing hour, and what their calendar comes to.

A plain model beside the real one: it counts who is present and what was mailed so far, and
says what one act owes to whom.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy

from sqlalchemy import func, select

from booking.domain.messages import Channel
from booking.models import Message, db
from booking.services import messages
from booking.services.parts import Parts
from tests.support.calendars import CalendarReader
from tests.support.mail import MailSpy
from tests.support.owed import sweep

SAM, KIM, AMARA = "sam@example.org", "kim@example.org", "amara@alder.example"
OF_A_DATE = {"moved", "cancelled"}
OF_ALL = {"series_booked", "series_changed", "series_ended"}
NEWS = {each for kind in OF_A_DATE | OF_ALL for each in (kind, f"therapist_{kind}")}
Heard = dict[str, list[str]]


@dataclass
class Audience:
    """Two clients and their therapist.

    `unsaid` is how the dates were before a change that nobody has heard of yet, but for those
    that were told of one by one.
    """

    parts: Parts
    present: list[str] = field(default_factory=lambda: [SAM, KIM])
    left: dict[str, datetime] = field(default_factory=dict)
    heard_of_it: bool = False
    unsaid: list[datetime] | None = None
    _newest: int = 0
    _calendars: dict[str, CalendarReader] = field(
        default_factory=lambda: defaultdict(CalendarReader)
    )

    def listen(self) -> None:
        """Take no notice of what has been owed so far."""
        self._newest = db.session.scalar(select(func.max(Message.id))) or 0

    def read_their_mail(self, now: datetime) -> None:
        """Deliver all that is due, and let everybody read it into their calendar."""
        while messages.due(now=now, limit=1):
            sweep(self.parts, now)
        for to, raw in self._mail.sent:
            letter = message_from_bytes(raw, policy=policy.default)
            self._calendars[to].read([letter])
        self._mail.sent.clear()
        self.heard_of_it, self.unsaid = True, None

    def check_calendars(self, live: Sequence[datetime]) -> None:
        """Fail unless every calendar is as `live`, or for who left as what they came to."""
        assert self._calendars[AMARA].starts() == live
        for address in (SAM, KIM):
            until = self.left.get(address)
            theirs = [start for start in live if until is None or start <= until]
            assert self._calendars[address].starts() == theirs

    def heard_of_a_date(self, was: datetime, to: datetime | None) -> None:
        """Fail unless one date was told of, once to everybody; not if it is where it was."""
        if was == to:
            self.heard_nothing()
            return
        kind = "cancelled" if to is None else "moved"
        if self.unsaid is not None and was in self.unsaid:
            self.unsaid.remove(was)
            self.unsaid = sorted([*self.unsaid, *([] if to is None else [to])])
        self._check({address: [kind] for address in self.present} | {AMARA: [f"therapist_{kind}"]})

    def heard_of_a_change(self, before: list[datetime], live: list[datetime]) -> None:
        """Fail unless a change was told of once, or as a booking to who never heard of one."""
        kind = "series_changed" if self.heard_of_it else "series_booked"
        told = {address: [kind] for address in self.present}
        if self.heard_of_it and self.unsaid == live and not self._are_told():
            told, self.unsaid = {}, None  # it is as it was, and nobody has heard of it
        elif self.heard_of_it and self.unsaid is None:
            self.unsaid = before
        self._check(told | {AMARA: [f"therapist_{kind}"]})

    def heard_of_the_end(self, *, goes_on: bool) -> None:
        """Fail unless the end was told of; a therapist who never heard of it hears of the rest."""
        own = ["therapist_series_ended"]
        if not self.heard_of_it:
            own = ["therapist_series_booked"] if goes_on else []
        self._check({address: ["series_ended"] for address in self.present} | {AMARA: own})

    def heard_of_leaving(self, address: str, now: datetime) -> None:
        """Fail unless it was told to who left and to the therapist, and to nobody else."""
        self.present.remove(address)
        self.left[address] = now
        self._check({address: ["series_ended"], AMARA: ["therapist_series_ended"]})

    def heard_nothing(self) -> None:
        self._check({})

    @property
    def _mail(self) -> MailSpy:
        assert isinstance(self.parts.mail, MailSpy)
        return self.parts.mail

    def _check(self, expected: Heard) -> None:
        heard = {address: kinds for address, kinds in self._since().items() if kinds}
        assert heard == {address: kinds for address, kinds in expected.items() if kinds}
        self.listen()

    def _are_told(self) -> bool:
        return any(self._since()[address] for address in self.present)

    def _since(self) -> defaultdict[str, list[str]]:
        query = select(Message).where(Message.id > self._newest, Message.channel == Channel.EMAIL)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for message in db.session.scalars(query.order_by(Message.id)):
            if message.kind.value in NEWS:
                found[_address(message)].append(message.kind.value)
        return found


def _address(message: Message) -> str:
    if message.member is not None:
        return message.member.person.email
    return message.participant.person.email if message.participant is not None else AMARA
