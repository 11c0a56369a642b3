"""Several people in few words, by initials: who comes, and how many of how many."""

from flask_babel import gettext as _

from booking.adapters.wording.names import initials
from booking.adapters.wording.series_words import listed
from booking.domain.participants import ParticipantStatus
from booking.models import Appointment, Series


def people_words(appointment: Appointment) -> str:
    """Return "Group · 2 of 8: S. R. and K. L." for a session of a group."""
    attending = ParticipantStatus.ATTENDING
    coming = [each for each in appointment.participants if each.status is attending]
    head = group_words(len(coming), appointment.session_type.seats)
    names = [initials(each.person.name) for each in coming]
    return f"{head}: {listed(names)}" if names else head


def group_words(coming: int, seats: int) -> str:
    """Return "Group · 5 of 8"."""
    return str(_("Group · %(num)s of %(of)s", num=coming, of=seats))


def series_people(series: Series) -> str:
    """Return the same of a standing group: how many places are taken."""
    taken = sum(member.seat is not None for member in series.members)
    return group_words(taken, series.part.session_type.seats)
