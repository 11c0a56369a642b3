"""Who may reach which staff page: one table. What is not in it is refused to everybody.

A page of a diary is judged by the parts one has at the diary that is open: a therapist is a
therapist at their own, and an admin or a front desk at whichever they opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from booking.domain.staffing import StaffRole

THERAPIST, DESK, ADMIN = StaffRole.THERAPIST, StaffRole.DESK, StaffRole.ADMIN
ALL = frozenset(StaffRole)

# The way in: open to everybody, and each looks itself at what it is brought.
SIGN_IN_ROUTES = frozenset(
    {
        "staff.sign_in",
        "staff.use_password",
        "staff.ask_link",
        "staff.send_link",
        "staff.open_link",
        "staff.use_link",
        "staff.ask_passkey",
        "staff.use_passkey",
    }
)
# As far as somebody comes who has not set up yet what they prove themselves with.
SETTING_UP = frozenset(
    {
        "staff.set_up",
        "staff.set_up_password",
        "staff.ask_to_make",
        "staff.add_passkey",
        "staff.sign_out",
    }
)


@dataclass(frozen=True, slots=True)
class Door:
    """In what parts one may come, and whether a diary has to be open."""

    parts: frozenset[StaffRole]
    at_a_diary: bool


def _at_a_diary(*parts: StaffRole) -> Door:
    return Door(frozenset(parts), at_a_diary=True)


def _anywhere(*parts: StaffRole) -> Door:
    return Door(frozenset(parts), at_a_diary=False)


_DIARY = _at_a_diary(*ALL)
_OWN_WORDS = _at_a_diary(THERAPIST, ADMIN)
_IN_THE_ROOM = _at_a_diary(THERAPIST)
# Secret addresses, and calendars of a life outside.
_OWN_SECRETS = _at_a_diary(THERAPIST)
_ONESELF = _anywhere(*ALL)
_CHOOSING = _anywhere(DESK, ADMIN)
_PEOPLE = _anywhere(ADMIN)

DOORS: Mapping[str, Door] = MappingProxyType(
    {
        "staff.agenda": _DIARY,
        "staff.requests": _DIARY,
        "staff.accept": _DIARY,
        "staff.decline": _DIARY,
        "staff.appointment": _DIARY,
        "staff.join": _IN_THE_ROOM,
        "staff.hours": _DIARY,
        "staff.set_hours": _DIARY,
        "staff.time_off": _DIARY,
        "staff.why": _DIARY,
        "staff.add_time_off": _DIARY,
        "staff.remove_time_off": _DIARY,
        "staff.touched": _DIARY,
        "staff.settle_touched_sessions": _DIARY,
        "staff.clashes": _DIARY,
        "staff.settle_clash": _DIARY,
        "staff.set_day": _DIARY,
        "staff.clear_day": _DIARY,
        "staff.agreement": _OWN_WORDS,
        "staff.save_agreement": _OWN_WORDS,
        "staff.offer": _DIARY,
        "staff.send_offer": _DIARY,
        "staff.withdraw": _DIARY,
        "staff.series_list": _DIARY,
        "staff.settle": _DIARY,
        "staff.series_page": _DIARY,
        "staff.grant": _DIARY,
        "staff.decline_standing": _DIARY,
        "staff.change_form": _DIARY,
        "staff.change_look": _DIARY,
        "staff.change_standing": _DIARY,
        "staff.ask_act": _DIARY,
        "staff.act": _DIARY,
        "staff.ask_resume": _DIARY,
        "staff.resume_standing": _DIARY,
        "staff.new_group": _DIARY,
        "staff.begin_group": _DIARY,
        "staff.settle_member": _DIARY,
        "staff.remove": _DIARY,
        "staff.guardian": _OWN_WORDS,
        "staff.waiting_list": _DIARY,
        "staff.end_waiting": _DIARY,
        "staff.calendars": _OWN_SECRETS,
        "staff.make_feed": _OWN_SECRETS,
        "staff.end_feed": _OWN_SECRETS,
        "staff.connect_calendar": _OWN_SECRETS,
        "staff.read_calendar": _OWN_SECRETS,
        "staff.disconnect_calendar": _OWN_SECRETS,
        "staff.set_up": _ONESELF,
        "staff.set_up_password": _ONESELF,
        "staff.prove": _ONESELF,
        "staff.prove_by_code": _ONESELF,
        "staff.ask_to_prove": _ONESELF,
        "staff.prove_by_passkey": _ONESELF,
        "staff.ask_to_make": _ONESELF,
        "staff.add_passkey": _ONESELF,
        "staff.remove_passkey": _ONESELF,
        "staff.account": _ONESELF,
        "staff.end_session": _ONESELF,
        "staff.sign_out_elsewhere": _ONESELF,
        "staff.new_password": _ONESELF,
        "staff.change_password": _ONESELF,
        "staff.drop_password": _ONESELF,
        "staff.make_codes": _ONESELF,
        "staff.sign_out": _ONESELF,
        "staff.working_for": _CHOOSING,
        "staff.work_for": _CHOOSING,
        "staff.people_here": _PEOPLE,
        "staff.invite": _PEOPLE,
        "staff.person": _PEOPLE,
        "staff.give_parts": _PEOPLE,
        "staff.let_in_again": _PEOPLE,
        "staff.let_go": _PEOPLE,
    }
)
