"""The page of a standing hour: what comes next, and every date."""

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.standing import SeriesStatus
from booking.errors import NotFound
from booking.models import Acceptance, Agreement, SeriesMember
from booking.queries.estimates import newest_estimate
from booking.queries.guardians import sees_all, who_agree
from booking.queries.standing import acceptances_of
from booking.services.estimates import request_estimate
from booking.services.identity import prove_member
from booking.services.messages.urls import estimate_path
from booking.services.series.agreeing import agreement_of
from booking.web.booking_pages.asked import Asked
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.feeds import own_feed
from booking.web.practice import practice_facts
from booking.web.series_pages.calendars import calendar_href
from booking.web.series_pages.visits import SEE_OTHER, Visit, acting, visit
from booking.web.views.only_when import only_when
from booking.web.views.series import shown
from booking.web.views.series_agreement import AgreementLine, agreement_line
from booking.web.views.series_panels import Standing
from booking.web.wiring import parts, reading

UNPROCESSABLE = 422


def show(token: str) -> str:
    """Show the standing hour as it stands. Looking changes nothing."""
    return render_page(visit(token), done=request.args.get("done", ""))


@at_most(BOOKINGS)
def confirm(token: str) -> Response:
    """Take the press of the button as proof that this person reads the address."""
    found = visit(token)
    if found.mailed:
        prove_member(found.member.id, now=utcnow())
    return found.back(done="proved")


@at_most(BOOKINGS)
def estimate(token: str) -> Response | tuple[str, int]:
    """Make an estimate of the cost now, mail a link to it, and lead there."""
    now = utcnow()
    found = acting(token, now=now)
    try:
        request_estimate(SeriesMember, found.member.id, now=now)
    except NotFound:
        words = _("There is nothing ahead that costs anything.")
        return render_page(visit(token), refused=str(words)), UNPROCESSABLE
    return redirect(_estimate_href(visit(token)), code=SEE_OTHER)


def render_page(found: Visit, *, done: str = "", refused: str = "") -> str:
    if not sees_all(reading(), found.member, now=utcnow()):
        return _only_when(found, done_words(done))
    standing, line = standing_of(found)
    page = shown(
        standing,
        found.seats,
        token=found.token,
        mailed=found.mailed,
        country=practice_facts().country,
        hrefs=(found.date_href, found.join_href),
    )
    confirmed = found.series.status is SeriesStatus.CONFIRMED and standing.is_live
    return render_template(
        "pages/series.html",
        page=page,
        agreement=line,
        may_arrange=found.may_arrange and standing.is_live and bool(standing.ahead),
        may_leave=found.may_leave,
        calendar_href=calendar_href(found.member) if confirmed and standing.ahead else "",
        again_href=again_href(found),
        estimate_href=_estimate_href(found),
        feed=own_feed(found.member.person_id, mailed=found.mailed),
        done=done_words(done),
        refused=refused,
        errors=[],
    )


def _only_when(found: Visit, done: str) -> str:
    page = only_when(
        found.member,
        [seat.appointment for seat in found.seats],
        mine=found.mine,
        now=utcnow(),
        estimate_href=_estimate_href(found),
        way=(f"/s/{found.token}", found.mailed),
    )
    return render_template("pages/only_when.html", page=page, done=done)


def _estimate_href(found: Visit) -> str:
    """Return where the newest estimate of the cost is; empty if there is none."""
    newest = newest_estimate(reading(), found.member)
    return estimate_path(newest, parts().links) if newest is not None else ""


def standing_of(found: Visit) -> tuple[Standing, AgreementLine | None]:
    """Return the series as its member sees it, and how far the agreement is."""
    now = utcnow()
    given, edition = agreement_for(found)
    agrees = found.member.id in who_agree(reading(), found.series.members, now=now)
    standing = Standing(found.member, found.ahead(now), bool(given) or not agrees, found.mine, now)
    if edition is None or not (agrees or given):
        return standing, None
    return standing, agreement_line(list(given), edition, mine=found.mine)


def agreement_for(found: Visit) -> tuple[list[Acceptance], Agreement | None]:
    """Return what the member has accepted, newest first, and the edition that holds now."""
    given = list(acceptances_of(reading(), found.member.id))
    return given, agreement_of(reading(), found.series.therapist_id)


def again_href(found: Visit) -> str:
    """Return where to book anew with the same therapist, with the answers known already."""
    member, part = found.member, found.series.part
    return Asked(
        therapist=found.series.therapist.slug,
        type=part.session_type.slug,
        state=member.state,
        need=member.need,
        payment=member.payment,
        modality=part.modality,
    ).picker()


def done_words(done: str) -> str:
    """Return what to say of what was just done; nothing for what nobody does."""
    words = {
        "proved": _("Thank you. We know now that this is your email."),
        "agreed": _("Thank you. We have your yes, and send you a link to a copy."),
        "changed": _("Your dates are changed. We are sending you one email about it."),
        "kept": _("Nothing is changed. Your dates are as they were."),
        "paused": _("Your pause is in. We are sending you one email about it."),
        "resumed": _("Your dates are back. We are sending you one email about it."),
        "ended": _("That is done. We are sending you one email about it."),
        "feed": _("The address is ready. One there was before no longer works."),
        "no-feed": _("That address no longer works."),
        "left": _("You have left. We are sending you one email about it."),
    }
    return str(words.get(done, ""))
