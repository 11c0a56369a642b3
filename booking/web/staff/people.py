"""Who takes part in one appointment, as its therapist sees it; what each guardian is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.phones import spoken
from booking.adapters.wording.names import initials
from booking.domain.minors import GuardianSees, age_on, consent_rule, is_minor
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.zones import local_date, zone
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Appointment, Guardianship, Participant
from booking.queries.agenda import appointment_of
from booking.queries.guardians import guardianships_in
from booking.services.guardians import choose_what_guardian_sees
from booking.web.access import staff
from booking.web.practice import practice_facts
from booking.web.staff.blueprint import bp, here
from booking.web.wiring import reading

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Setting:
    """What one guardian is told of one child. `fixed` says why it cannot be chosen, if so."""

    id: int
    words: str
    chosen: str
    fixed: str


@dataclass(frozen=True, slots=True)
class Someone:
    """One who takes part: initials, in what way, and what staff must look at."""

    initials: str
    role: str
    phone: str
    check: str


@dataclass(frozen=True, slots=True)
class PeopleShown:
    people: Sequence[Someone]
    settings: Sequence[Setting]
    choices: Sequence[tuple[str, str]]


@bp.post("/appointments/<public_id>/guardian")
def guardian(public_id: str) -> Response:
    """Choose what a guardian is told from now on; it is written down."""
    found = appointment_of(reading(), staff().therapist_id, public_id)
    chosen, sees = request.form.get("guardianship", ""), request.form.get("sees", "")
    mine = {str(each.id): each.id for each in guardianships_in(reading(), found)}
    if chosen not in mine:
        raise NotFound("session")
    if sees not in set(GuardianSees):
        raise InvalidInput(Problem("sees", "unknown"))
    now, therapist_id = here()[0], staff().therapist_id
    choose_what_guardian_sees(mine[chosen], GuardianSees(sees), therapist_id=therapist_id, now=now)
    back = url_for("staff.appointment", public_id=public_id, _anchor="people")
    return redirect(back, code=SEE_OTHER)


def people_of(found: Appointment) -> PeopleShown | None:
    """Return everybody in it; None where there is only one, who is of age."""
    now = here()[0]
    people = [_someone(each, now) for each in found.participants]
    if len(people) == 1 and not people[0].check:
        return None
    settings = [_setting(each, found, now) for each in guardianships_in(reading(), found)]
    return PeopleShown(people, settings, _choices())


def _someone(each: Participant, now: datetime) -> Someone:
    roles = {
        Role.CLIENT: _("comes"),
        Role.GUARDIAN: _("guardian, does not come"),
        Role.PAYER: _("only pays"),
    }
    left = each.status is ParticipantStatus.LEFT
    role = str(_("does not come any more") if left else roles[each.role])
    born, day = each.person.born, _today(each, now)
    check = ""
    if born is not None and is_minor(born, day, state=each.state):
        role = str(_("%(role)s, %(age)s years old", role=role, age=age_on(born, day)))
        rule = consent_rule(day, state=each.state)
        check = str(_(rule.note)) if rule and rule.note else str(_("Under age."))
    country = practice_facts().country
    phone = spoken(each.phone, country=country) if each.phone and each.role is Role.CLIENT else ""
    return Someone(initials(each.person.name), role, phone, check)


def _setting(row: Guardianship, found: Appointment, now: datetime) -> Setting:
    child = next(each for each in found.participants if each.person_id == row.person_id)
    names = {"guardian": initials(row.guardian.name), "child": initials(row.person.name)}
    words = str(_("What %(guardian)s is told of %(child)s", **names))
    born = row.person.born
    fixed = ""
    if born is None or not is_minor(born, _today(child, now), state=child.state):
        fixed = str(_("%(child)s is of age: nothing.", **names))
    return Setting(row.id, words, row.sees.value, fixed)


def _today(each: Participant, now: datetime) -> date:
    return local_date(now, zone(each.person.time_zone))


def _choices() -> list[tuple[str, str]]:
    return [
        (GuardianSees.MESSAGES.value, str(_("Everything we send"))),
        (GuardianSees.TIMES.value, str(_("Only when it is, on their page"))),
        (GuardianSees.NOTHING.value, str(_("Nothing"))),
    ]
