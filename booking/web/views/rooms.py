"""Before a session: when its door opens on the reader's clock, and who rings whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.phones import spoken
from booking.adapters.wording import times
from booking.domain.lifecycle import Modality, Status
from booking.domain.zones import local_date
from booking.models import Appointment, Participant, Practice
from booking.services.messages.telling import clients_zone
from booking.services.rooms import STAYS_OPEN, call, door
from booking.web.instants import rfc3339
from booking.web.views.clocks import BothClocks, Clock, clock_now
from booking.web.views.panels import clocks_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COUNTED_IN_MINUTES, COUNTED_IN_DAYS = HOUR, 2 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A session ahead or under way, on the client's clock.

    `opens` is a clock time, with its day unless that is today; `wait` says how long until
    then. Instants are for the script, words for everybody.
    """

    modality: Modality
    is_open: bool
    when: BothClocks
    yours_now: Clock
    opens: str
    wait: str
    opens_at: str
    now: str


@dataclass(frozen=True, slots=True)
class Call:
    """Who rings whom: one sentence, and a number to press where the reader is the one."""

    sentence: str
    number: str
    number_words: str


def coming_in(appointment: Appointment, practice: Practice, now: datetime) -> bool:
    """Return whether there is, or will be, a session to come to."""
    if appointment.status is not Status.CONFIRMED:
        return False
    if appointment.modality is Modality.VIDEO:
        return now < door(appointment, practice).closes_at
    return now < appointment.ends_at + STAYS_OPEN


def waiting(participant: Participant, practice: Practice, now: datetime) -> Waiting:
    appointment, mine = participant.appointment, clients_zone(participant)
    when = door(appointment, practice)
    return Waiting(
        modality=appointment.modality,
        is_open=when.is_open(now),
        when=clocks_of(participant),
        yours_now=clock_now(now, mine),
        opens=_opening(when.opens_at, participant, now),
        wait=_wait(when.opens_at - now),
        opens_at=rfc3339(when.opens_at),
        now=rfc3339(now),
    )


def call_for_client(participant: Participant, practice: Practice) -> Call:
    """Return who rings whom, told to the client."""
    plan, therapist = call(participant, practice), participant.appointment.therapist
    words = spoken(plan.number, country=practice.country)
    if not plan.client_calls:
        sentence = _(
            "%(name)s will call you at %(number)s.", name=therapist.first_name, number=words
        )
        return Call(str(sentence), "", "")
    if plan.number == practice.phone:
        sentence = _("Please call our front desk at %(number)s.", number=words)
    else:
        sentence = _("Please call %(name)s at %(number)s.", name=therapist.first_name, number=words)
    return Call(str(sentence), plan.number, words)


def call_for_therapist(participant: Participant, practice: Practice, name: str) -> Call:
    """Return who rings whom, told to the therapist; `name` is the client's, or initials."""
    plan = call(participant, practice)
    words = spoken(plan.number, country=practice.country)
    if not plan.client_calls:
        sentence = _("You call %(name)s at %(number)s.", name=name, number=words)
        return Call(str(sentence), plan.number, words)
    if plan.number == practice.phone:
        sentence = _("%(name)s calls the front desk at %(number)s.", name=name, number=words)
    else:
        sentence = _("%(name)s calls you at %(number)s.", name=name, number=words)
    return Call(str(sentence), "", "")


def _opening(opens_at: datetime, participant: Participant, now: datetime) -> str:
    mine = clients_zone(participant)
    clock = times.clock(opens_at, mine)
    if local_date(opens_at, mine) == local_date(now, mine):
        return str(_("at %(time)s", time=clock))
    return str(_("on %(day)s at %(time)s", day=times.day(opens_at, mine), time=clock))


def _wait(left: timedelta) -> str:
    """Return how long it is until then; the script counts the minutes of the last hour."""
    if left >= COUNTED_IN_DAYS:
        return str(_("Opens in %(count)s days", count=left // DAY))
    if left > COUNTED_IN_MINUTES:
        hours = left // HOUR
        return str(
            ngettext("Opens in more than %(num)s hour", "Opens in more than %(num)s hours", hours)
        )
    minutes = max(1, -(-left // MINUTE))
    return str(ngettext("Opens in %(num)s minute", "Opens in %(num)s minutes", minutes))
