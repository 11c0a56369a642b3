"""One standing hour: who comes, what they agreed to, and every date."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.domain.lifecycle import Modality
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.standing import SeriesStatus
from booking.domain.zones import local_date
from booking.errors import IllegalTransition
from booking.models import Acceptance, Series, SeriesMember
from booking.queries import standing_hours as query
from booking.queries.groups import is_group
from booking.services.series.agreeing import agreement_of, has_run_out
from booking.services.series.finding import dates_of
from booking.services.series.granting import decline_series, grant_series
from booking.services.staff import note_series_view
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.people_words import series_people
from booking.web.staff.series_list import questions
from booking.web.staff.shown import ICONS, how
from booking.web.views.clocks import until
from booking.web.views.meeting import place, what
from booking.web.wiring import reading

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Member:
    """One who comes or came: names are on this page alone. `agreed` is their last yes."""

    name: str
    pronouns: str
    about: Sequence[str]
    agreed: str
    asked_again: bool
    id: int = 0
    may_go: bool = False
    asks: bool = False


@bp.get("/series/<public_id>")
def series_page(public_id: str) -> str:
    """Show everything about one standing hour, and write down that it was looked at."""
    found = own(public_id)
    note_series_view(found.id, staff().therapist_id, now=here()[0])
    return page(own(public_id), done=request.args.get("done", ""))


@bp.post("/series/<public_id>/grant")
def grant(public_id: str) -> Response | tuple[str, int]:
    try:
        grant_series(own(public_id).id, staff().therapist_id, now=here()[0])
    except IllegalTransition:
        return _too_late(public_id)
    return back(public_id, "granted")


@bp.post("/series/<public_id>/decline")
def decline_standing(public_id: str) -> Response | tuple[str, int]:
    try:
        decline_series(own(public_id).id, staff().therapist_id, now=here()[0])
    except IllegalTransition:
        return _too_late(public_id)
    return back(public_id, "declined")


def own(public_id: str) -> Series:
    return query.series_of(reading(), staff().therapist_id, public_id)


def back(public_id: str, done: str) -> Response:
    """Lead back to the page, which says what was `done`."""
    there = url_for("staff.series_page", public_id=public_id, done=done)
    return redirect(there, code=SEE_OTHER)


def page(found: Series, *, done: str = "", refused: str = "") -> str:
    now, zone = here()
    part = shown.rule_on(found, local_date(now, zone))
    dates = dates_of(reading(), found)
    reader = shown.reader_of(found, zone, now)
    tally = query.tallies(reading(), [found.id], now=now).get(found.id, query.Tally())
    return render_template(
        "staff/series.html",
        series=shown.line_of(found, tally, zone, now),
        what=what(part.session_type.kind, part.minutes),
        how=how(part.modality),
        icon_name=ICONS[Modality(part.modality)],
        members=_members(found),
        group=series_people(found) if is_group(found) else "",
        coming=shown.rungs_of([each for each in dates if each.ends_at > now], reader),
        past=shown.rungs_of([each for each in dates if each.ends_at <= now], reader),
        questions=questions(found),
        waits=_waits(found),
        held_until=_held_until(found),
        live=found.status.is_live and tally.ahead > 0 and not has_run_out(found, now),
        paused=found.status.is_live and found.paused_from is not None,
        done=_done_words(done, found),
        refused=refused,
    )


def _waits(found: Series) -> bool:
    """Return whether the therapist's yes or no is asked for."""
    asked = found.status is SeriesStatus.REQUESTED and found.granted_at is None
    return asked and not has_run_out(found, here()[0])


def _held_until(found: Series) -> str:
    now, zone = here()
    ends = found.expires_at
    if found.status is not SeriesStatus.REQUESTED or ends is None or ends <= now:
        return ""
    return times.long_time(ends, zone)


def _members(found: Series) -> list[Member]:
    given: dict[int, Acceptance] = {}
    for each in query.acceptances_in(reading(), found.id):
        given.setdefault(each.member_id, each)
    edition = agreement_of(reading(), found.therapist_id)
    holding = edition.id if edition else None
    return [_member(each, given.get(each.id), holding) for each in found.members]


def _member(member: SeriesMember, given: Acceptance | None, edition: int | None) -> Member:
    about = [place(member.state, member.country)]
    if member.role is Role.PAYER:
        about.append(str(_("pays, and does not come")))
    if member.status is ParticipantStatus.LEFT:
        about.append(str(_("has left")))
    elif member.expires_at is not None:
        when = times.long_time(member.expires_at, here()[1])
        about.append(str(_("their place is held until %(when)s", when=when)))
    return Member(
        member.person.name,
        member.person.pronouns,
        [each for each in about if each],
        "" if member.role is Role.PAYER else _agreed(given),
        given is not None and given.agreement_id != edition,
        member.id,
        is_group(member.series) and member.status is ParticipantStatus.ATTENDING,
        shown.asks_for_place(member),
    )


def _agreed(given: Acceptance | None) -> str:
    if given is None:
        return str(_("Has not agreed yet."))
    said = {"version": given.agreement.version, "when": until(given.accepted_at, here()[1])}
    return str(
        _("Agreed to edition %(version)s on %(when)s, as %(name)s.", name=given.name, **said)
    )


def _too_late(public_id: str) -> tuple[str, int]:
    words = _("This was answered before, or it ran out. Nothing was changed.")
    return page(own(public_id), refused=str(words)), CONFLICT


def _done_words(done: str, found: Series) -> str:
    granted = _("Accepted. They are told by mail in three minutes.")
    if found.agreed_at is None:
        granted = _("Accepted. It is confirmed once they have read and agreed.")
    words = {
        "granted": granted,
        "declined": _("Declined. The times are open again. They are told in three minutes."),
        "changed": _("The dates are changed. They are told by mail in three minutes."),
        "skipped": _("The date is left out. They are told by mail in three minutes."),
        "paused": _("The pause is in. They are told by mail in three minutes."),
        "resumed": _("The dates are back. They are told by mail in three minutes."),
        "started": _("The group is there. People can take a place from now on."),
        "removed": _("They are taken out, and told by mail in three minutes."),
        "place_granted": _("Accepted. The place is theirs once they have read and agreed."),
        "place_declined": _("Declined. They are told by mail in three minutes."),
        "too_late": _("This was answered before, or it ran out. Nothing was changed."),
        "ended": _("It has ended. They are told by mail in three minutes."),
    }
    return str(words.get(done, ""))
