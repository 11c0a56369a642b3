"""Sessions that could not follow their clock when a law moved it, and what becomes of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.services.zone_clashes import Choice, Clash, Decision, clashes_of, settle_clashes
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.touched import number_in
from booking.web.wiring import reading


@dataclass(frozen=True, slots=True)
class Line:
    """One session: when it is and when it was meant to be, and what has that time."""

    id: str
    words: str
    meant: str
    in_the_way: Sequence[str]
    version: int
    asked: bool
    choices: Sequence[tuple[str, str]]


@bp.get("/clashes")
def clashes() -> str:
    """List what is not where its clock has it. Looking changes nothing."""
    now, zone = here()
    found = clashes_of(reading(), staff().therapist_id, now=now)
    return render_template(
        "staff/clashes.html",
        lines=[_line(each, zone) for each in found],
        action=url_for("staff.settle_clash"),
        done=request.args.get("done", ""),
    )


@bp.post("/clashes")
def settle_clash() -> Response:
    """Do what was chosen of each that is as it was when it was listed."""
    now = here()[0]
    decisions = {
        each.appointment.id: Decision(
            _choice(request.form.get(f"choice-{each.appointment.hold_id}", "")),
            number_in(request.form.get(f"version-{each.appointment.hold_id}", "")),
        )
        for each in clashes_of(reading(), staff().therapist_id, now=now)
    }
    changed = settle_clashes(staff().therapist_id, decisions, now=now)
    done = "settled" if changed else "as-is"
    return redirect(url_for("staff.clashes", done=done), code=SEE_OTHER)


def count_of_clashes(now: datetime) -> int:
    """Return how many sessions wait for a decision."""
    found = clashes_of(reading(), staff().therapist_id, now=now)
    return sum(each.is_stuck for each in found)


def _line(clash: Clash, zone: ZoneInfo) -> Line:
    appointment = clash.appointment
    return Line(
        id=appointment.hold_id,
        words=shown.short_words(appointment, zone),
        meant=times.long_time(clash.to, zone),
        in_the_way=_others(clash, zone),
        version=appointment.version,
        asked=appointment.asked_to_move_at is not None,
        choices=_choices(clash, zone),
    )


def _others(clash: Clash, zone: ZoneInfo) -> list[str]:
    """Return what has that time: another therapist's is not told of, only that it is there."""
    found = []
    for each in clash.others:
        if each.therapist_id != clash.appointment.therapist_id:
            found.append(str(_("They have another appointment then.")))
        elif not each.participants:
            found.append(str(_("That time is held for somebody.")))
        else:
            found.append(str(_("You have: %(session)s", session=shown.short_words(each, zone))))
    return found


def _choices(clash: Clash, zone: ZoneInfo) -> list[tuple[str, str]]:
    now_at = times.clock(clash.appointment.starts_at, zone)
    to = times.clock(clash.to, zone)
    words = {
        Choice.LATER: _("Decide later"),
        Choice.MOVE: _("Move it to %(time)s", time=to),
        Choice.KEEP: _("Keep it at %(time)s", time=now_at),
        Choice.OFFER: _("Ask for another time"),
        Choice.CANCEL: _("Cancel it"),
    }
    if clash.is_stuck:
        del words[Choice.MOVE]
    return [(choice.value, str(said)) for choice, said in words.items()]


def _choice(text: str) -> Choice:
    """Return what was chosen; whatever is no choice is left for later."""
    try:
        return Choice(text)
    except ValueError:
        return Choice.LATER
