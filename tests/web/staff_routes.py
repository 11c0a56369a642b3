"""Every staff route, and what becomes of who asks for it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Route:
    """One staff route: how to call it, and what its owner and another therapist get.

    A front desk and an admin who have Amara's diary open get what she gets, unless said.
    `{session}`, `{request}`, `{off}` and so on stand for things of Amara's.
    """

    method: str
    path: str
    owner: int
    other: int
    form: dict[str, str] = field(default_factory=dict)
    desk: int | None = None
    admin: int | None = None

    def for_part(self, part: str) -> int:
        """Return what a front desk or an admin gets with Amara's diary open."""
        said = self.desk if part == "desk" else self.admin
        return self.owner if said is None else said


MATRIX = {
    "staff.agenda": Route("GET", "/staff", 200, 200),
    "staff.requests": Route("GET", "/staff/requests?answered={request}", 200, 200),
    "staff.accept": Route("POST", "/staff/requests/{request}/accept", 303, 404),
    "staff.decline": Route("POST", "/staff/requests/{request}/decline", 303, 404),
    "staff.appointment": Route("GET", "/staff/appointments/{session}", 200, 404),
    "staff.join": Route(
        "POST", "/staff/appointments/{session}/join", 200, 404, desk=403, admin=403
    ),
    "staff.hours": Route("GET", "/staff/hours", 200, 200),
    "staff.set_hours": Route("POST", "/staff/hours", 303, 303),
    "staff.why": Route("GET", "/staff/why?day=2030-03-04&at=09:00&type=session", 200, 200),
    "staff.time_off": Route("GET", "/staff/time-off", 200, 200),
    "staff.add_time_off": Route("POST", "/staff/time-off", 303, 303, {"first_day": "2030-03-20"}),
    "staff.remove_time_off": Route("POST", "/staff/time-off/remove", 303, 404, {"id": "{off}"}),
    "staff.touched": Route("GET", "/staff/time-off/{off}/sessions", 200, 404),
    "staff.settle_touched_sessions": Route("POST", "/staff/time-off/{off}/sessions", 303, 404),
    "staff.clashes": Route("GET", "/staff/clashes", 200, 200),
    "staff.settle_clash": Route("POST", "/staff/clashes", 303, 303),
    "staff.set_day": Route(
        "POST",
        "/staff/time-off/day",
        303,
        303,
        {"day": "2030-03-05", "from_1": "09:00", "until_1": "12:00"},
    ),
    "staff.clear_day": Route("POST", "/staff/time-off/day/clear", 303, 303, {"day": "2030-03-05"}),
    "staff.agreement": Route("GET", "/staff/agreement", 200, 200, desk=403),
    "staff.save_agreement": Route("POST", "/staff/agreement", 422, 422, desk=403),
    "staff.offer": Route("GET", "/staff/appointments/{session}/offer", 200, 404),
    "staff.send_offer": Route(
        "POST",
        "/staff/appointments/{session}/offer",
        303,
        404,
        {"type": "standing", "how": "hours"},
    ),
    "staff.withdraw": Route("POST", "/staff/offers/{offer}/withdraw", 303, 404),
    "staff.series_list": Route("GET", "/staff/series", 200, 200),
    "staff.settle": Route("POST", "/staff/series/questions/{question}", 303, 404, {"to": "skip"}),
    "staff.series_page": Route("GET", "/staff/series/{series}", 200, 404),
    "staff.grant": Route("POST", "/staff/series/{series}/grant", 303, 404),
    "staff.decline_standing": Route("POST", "/staff/series/{series}/decline", 409, 404),
    "staff.change_form": Route("GET", "/staff/series/{series}/change", 200, 404),
    "staff.change_look": Route("GET", "/staff/series/{series}/change/look", 200, 404),
    "staff.change_standing": Route("POST", "/staff/series/{series}/change", 409, 404),
    "staff.ask_act": Route("GET", "/staff/series/{series}/pause", 200, 404),
    "staff.act": Route("POST", "/staff/series/{series}/end", 422, 404),
    "staff.ask_resume": Route("GET", "/staff/series/{series}/resume", 200, 404),
    "staff.resume_standing": Route("POST", "/staff/series/{series}/resume", 422, 404),
    "staff.new_group": Route("GET", "/staff/groups/new", 200, 200),
    "staff.begin_group": Route("POST", "/staff/groups/new", 422, 422),
    "staff.settle_member": Route(
        "POST", "/staff/series/{series}/members/{member}/remove", 303, 404
    ),
    "staff.remove": Route("POST", "/staff/appointments/{group}/people/{seat}/remove", 303, 404),
    "staff.guardian": Route(
        "POST",
        "/staff/appointments/{cared_for}/guardian",
        303,
        404,
        {"guardianship": "{guardianship}", "sees": "times"},
        desk=403,
    ),
    "staff.waiting_list": Route("GET", "/staff/waiting", 200, 200),
    "staff.end_waiting": Route("POST", "/staff/waiting/{waiting}/end", 303, 404),
    "staff.calendars": Route("GET", "/staff/calendars", 200, 200, desk=403, admin=403),
    "staff.make_feed": Route(
        "POST", "/staff/calendars/feeds", 303, 303, {"detail": "busy"}, desk=403, admin=403
    ),
    "staff.end_feed": Route(
        "POST", "/staff/calendars/feeds/end", 303, 303, {"detail": "busy"}, desk=403, admin=403
    ),
    "staff.connect_calendar": Route("POST", "/staff/calendars", 422, 422, desk=403, admin=403),
    "staff.read_calendar": Route(
        "POST", "/staff/calendars/{calendar}/read", 303, 404, desk=403, admin=403
    ),
    "staff.disconnect_calendar": Route(
        "POST", "/staff/calendars/{calendar}/remove", 303, 404, desk=403, admin=403
    ),
    "staff.sign_out": Route("POST", "/staff/sign-out", 303, 303),
    "staff.set_up": Route("GET", "/staff/set-up", 303, 303),
    "staff.set_up_password": Route("POST", "/staff/set-up", 303, 303),
    "staff.prove": Route("GET", "/staff/prove", 200, 200),
    "staff.prove_by_code": Route("POST", "/staff/prove", 422, 422),
    "staff.account": Route("GET", "/staff/account", 200, 200),
    "staff.end_session": Route("POST", "/staff/account/sessions/999/end", 303, 303),
    "staff.sign_out_elsewhere": Route("POST", "/staff/account/sessions/end-others", 303, 303),
    "staff.ask_to_prove": Route("POST", "/staff/prove/passkey/question", 200, 200),
    "staff.prove_by_passkey": Route("POST", "/staff/prove/passkey", 303, 303),
    "staff.ask_to_make": Route("POST", "/staff/account/passkeys/question", 200, 200),
    "staff.add_passkey": Route("POST", "/staff/account/passkeys", 303, 303),
    "staff.remove_passkey": Route("POST", "/staff/account/passkeys/999/remove", 404, 404),
    "staff.drop_password": Route("POST", "/staff/account/password/drop", 303, 303),
    "staff.new_password": Route("GET", "/staff/account/password", 200, 200),
    "staff.change_password": Route("POST", "/staff/account/password", 422, 422),
    "staff.make_codes": Route("POST", "/staff/account/codes", 200, 200),
    "staff.working_for": Route("GET", "/staff/working-for", 403, 403, desk=200, admin=200),
    "staff.work_for": Route(
        "POST", "/staff/working-for", 403, 403, {"therapist": "amara"}, desk=303, admin=303
    ),
    "staff.people_here": Route("GET", "/staff/people-here", 403, 403, desk=403, admin=200),
    "staff.invite": Route("POST", "/staff/people-here", 403, 403, desk=403, admin=422),
    "staff.person": Route("GET", "/staff/people-here/{account}", 403, 403, desk=403, admin=200),
    "staff.give_parts": Route(
        "POST",
        "/staff/people-here/{account}/parts",
        403,
        403,
        {"parts": "desk"},
        desk=403,
        admin=303,
    ),
    "staff.let_in_again": Route(
        "POST", "/staff/people-here/{account}/let-in", 403, 403, desk=403, admin=303
    ),
    "staff.let_go": Route(
        "POST", "/staff/people-here/{account}/leave", 403, 403, desk=403, admin=303
    ),
}
