"""Joining a standing group: which there are, then every date of one and who wants to come."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose, id_in
from booking.adapters.wording.times import zone_words
from booking.clock import utcnow
from booking.domain.lifecycle import LIVE, Modality
from booking.domain.zones import zone
from booking.errors import InvalidInput, KeyReused, NotFound, Rule, RuleBroken, SlotTaken
from booking.models import Appointment, Series, SeriesMember, SessionType
from booking.queries.groups import group_dates, standing_groups
from booking.queries.practices import the_practice
from booking.services.booking import RequestKey
from booking.services.guests import Guest
from booking.services.offers import check_accepts_new, meets_as_group
from booking.services.series.joining import GroupWish, join_group
from booking.web.booking_pages.asked import Asked, read_asked
from booking.web.booking_pages.attempts import new_attempt, to_series_page, zone_of
from booking.web.booking_pages.typed import (
    Answers,
    consent_words,
    draft_in,
    fell_into_the_trap,
    guest_in,
    in_words,
)
from booking.web.limits import BOOKINGS, at_most
from booking.web.practice import practice_facts
from booking.web.views import groups as views
from booking.web.views.clocks import clock_now, zone_choice
from booking.web.views.meeting import price, what, whom
from booking.web.views.picker import Link, facts
from booking.web.views.places import country_options, state_options
from booking.web.wiring import parts, reading
from booking.web.words import RULES

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
ROUTE = "web-group"
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class _Scene:
    """The group somebody looks at, on whose clock, and what was typed about who they are."""

    series: Series
    session_type: SessionType
    asked: Asked
    answers: Answers
    mine: ZoneInfo
    zone_known: bool
    refused: str = ""


def show_groups(asked: Asked, session_type: SessionType) -> str:
    """Return the page with every group of that kind, those with a place left first."""
    now = utcnow()
    seen = zone_of({}, asked.state)
    since = now + timedelta(hours=session_type.notice_hours)
    therapist = session_type.therapist
    theirs = zone(therapist.time_zone)
    found = [
        views.group_of(
            series,
            group_dates(reading(), series, since=since),
            seen.zone,
            href=_group_href(asked, series),
            now=now,
        )
        for series in standing_groups(reading(), session_type)
    ]
    page = views.Groups(
        whom=whom(therapist),
        what=what(session_type.kind, session_type.minutes),
        found=sorted(found, key=lambda each: not each.has_room),
        yours=clock_now(now, seen.zone),
        theirs=clock_now(now, theirs, therapist.first_name) if theirs != seen.zone else None,
        zone_unknown=not seen.known,
        zone_choice=zone_choice(seen.zone, asked.picker()),
        back_href=f"/t/{therapist.slug}",
    )
    return render_template("pages/groups.html", page=page, errors=[])


def look(slug: str, group: str) -> Answer:
    """Show every date of a group, and ask who would come. Looking holds nothing."""
    return _page(_scene(slug, group, request.args)), OK


@at_most(BOOKINGS)
def join(slug: str, group: str) -> Answer:
    """Hold a place. Sent twice, it holds one and leads to the same page."""
    scene = _scene(slug, group, request.form)
    if fell_into_the_trap():
        again = {"name": str(_("We could not take that. Please send it once more."))}
        return _refused(scene, again), UNPROCESSABLE
    try:
        guest = guest_in(scene.answers.draft, _modality(scene))
    except InvalidInput as refused:
        return _refused(scene, in_words(refused.problems)), UNPROCESSABLE
    try:
        joined = join_group(_wish(scene, guest), key=_key(scene), parts=parts(), now=utcnow())
    except (SlotTaken, KeyReused):
        words = _("The last place went a moment ago. Nothing was booked for you.")
        return _refused(_scene(slug, group, request.form), {}, str(words)), CONFLICT
    except RuleBroken as broken:
        return _against(_scene(slug, group, request.form), broken.rule), UNPROCESSABLE
    return to_series_page(reading().get_one(SeriesMember, joined.member_id))


def _against(scene: _Scene, rule: Rule) -> str:
    if rule is Rule.LICENCE:
        name = scene.session_type.therapist.first_name
        words = _("%(name)s may not see people in that state on that date.", name=name)
        return _refused(scene, {"state": str(words)})
    return _refused(scene, {}, str(RULES[rule]))


def _scene(slug: str, group: str, given: Mapping[str, str]) -> _Scene:
    asked, session_type = read_asked(slug, given)
    if not meets_as_group(session_type):
        raise NotFound("group")
    check_accepts_new(session_type.therapist, session_type)
    found = standing_groups(reading(), session_type)
    series = next((each for each in found if each.public_id == group), None)
    if series is None:
        raise NotFound("group")
    draft = {**asked.answers(), **draft_in(given)}
    seen = zone_of(draft, asked.state)
    return _Scene(series, session_type, asked, Answers(draft, {}), seen.zone, seen.known)


def _refused(scene: _Scene, problems: dict[str, str], words: str = "") -> str:
    answers = Answers(scene.answers.draft, problems)
    return _page(replace(scene, answers=answers, refused=words))


def _page(scene: _Scene) -> str:
    return render_template(
        "pages/group.html",
        page=_joining(scene, utcnow()),
        answers=scene.answers,
        errors=scene.answers.errors,
        refused=scene.refused,
    )


def _joining(scene: _Scene, now: datetime) -> views.Joining:
    series, session_type, asked = scene.series, scene.session_type, scene.asked
    practice = practice_facts()
    dates = _dates(scene, now)
    coming = [each for each in dates if each.status in LIVE]
    free = facts(session_type, practice, asked.payment, Link("", ""))[2]
    return views.Joining(
        group=views.group_of(series, coming, scene.mine, href=_group_href(asked, series), now=now),
        whom=whom(session_type.therapist),
        rungs=views.rungs_of(dates, series, scene.mine, now),
        ahead=len(coming),
        off=len(dates) - len(coming),
        held_hours=the_practice(reading()).agreement_hours,
        asks=session_type.needs_approval,
        price=price(session_type.price_cents, asked.payment),
        cancelling=free.words,
        phone_needed=_modality(scene) is Modality.PHONE,
        states=state_options(),
        countries=country_options(practice.country) if practice.sees_abroad else [],
        zone=zone_choice(scene.mine, ""),
        zone_words=zone_words(scene.mine),
        zone_unknown=not scene.zone_known,
        consent=consent_words() if parts().sms is not None else "",
        action=url_for("book.join", slug=asked.therapist, group=series.public_id),
        back_href=asked.picker(),
        key=_token(),
        type=session_type.slug,
    )


def _dates(scene: _Scene, now: datetime) -> Sequence[Appointment]:
    since = now + timedelta(hours=scene.session_type.notice_hours)
    return group_dates(reading(), scene.series, since=since, off_too=True)


def _modality(scene: _Scene) -> Modality:
    return scene.series.part.modality


def _wish(scene: _Scene, guest: Guest) -> GroupWish:
    return GroupWish(
        therapist=scene.asked.therapist,
        group=scene.series.public_id,
        guest=guest,
        wording=consent_words() if guest.sms_consent else "",
        ip=request.remote_addr,
    )


def _key(scene: _Scene) -> RequestKey:
    """Return the key of one form as it was shown: pressed twice, it is one request."""
    said = json.dumps([scene.series.public_id, dict(scene.answers.draft)], sort_keys=True)
    found = id_in(_token())
    assert found is not None  # noqa: S101  # we made it ourselves
    return RequestKey(ROUTE, found, hashlib.sha256(said.encode()).hexdigest())


def _token() -> str:
    """Return the key that came with the form, or a new one."""
    sent = request.form.get("key", "")
    if parts().links.holds(sent, Purpose.HOLD):
        return sent
    return new_attempt().token


def _group_href(asked: Asked, series: Series) -> str:
    return asked.address("book.group", group=series.public_id)
