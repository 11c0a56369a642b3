"""Puts together the page on which a time is chosen."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from flask import render_template, url_for
from flask_babel import gettext as _

from booking.clock import utcnow
from booking.domain import places
from booking.domain.zones import local_date, zone
from booking.models import SessionType, Therapist
from booking.queries.open_times import OpenTimes, open_times
from booking.services.waiting.fitting import WAITABLE
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.attempts import Attempt, zone_of
from booking.web.booking_pages.climbing import Climb, climbed, question
from booking.web.booking_pages.rhythm import Rhythm
from booking.web.booking_pages.standing import signature
from booking.web.booking_pages.trouble import NONE, Trouble
from booking.web.booking_pages.typed import Draft
from booking.web.instants import rfc3339
from booking.web.practice import practice_facts
from booking.web.views import picker as views
from booking.web.views.clocks import clock_now, zone_choice
from booking.web.views.ladder import Ladder
from booking.web.views.meeting import any_of, is_call, offer_line, place, whom
from booking.web.views.places import country_options, state_options
from booking.web.views.weeks import Calendar, Weeks, weeks_of
from booking.web.wiring import reading
from booking.web.words import RULES
from booking.web.zones import SeenZone


def show_picker(
    asked: Asked, session_type: SessionType, attempt: Attempt, trouble: Trouble = NONE
) -> tuple[str, int]:
    """Return the four weeks, or first the question where the client will be."""
    draft = {**attempt.draft, **trouble.carried}
    asked = _with_place(asked, draft)
    if not asked.knows_where:
        return ask_where(asked, session_type, trouble), trouble.status
    now = utcnow()
    seen = zone_of(draft, asked.state)
    without = attempt.held.id if attempt.held is not None else None
    found = open_times(reading(), session_type, now=now, state=asked.state, without=without)
    ladder, trouble = climbed(Climb(asked, session_type, attempt, seen.zone), trouble, now)
    page = _picker(_Scene(asked, session_type, attempt, trouble, found, seen, ladder), now)
    return render_template("pages/book.html", pick=page), trouble.status


def ask_where(asked: Asked, session_type: SessionType, trouble: Trouble = NONE) -> str:
    """Return the question where the client will be: the licence hangs on it."""
    practice = practice_facts()
    asked = asked.with_(state=None, country=None)
    return render_template(
        "pages/where.html",
        whom=whom(session_type.therapist),
        session_words=offer_line(session_type, asked.payment),
        action=url_for("book.choose", slug=asked.therapist),
        hidden_fields=list(asked.fields().items()),
        states=state_options(),
        licensed=licensed_words(session_type.therapist),
        countries=country_options(practice.country) if practice.sees_abroad else [],
        refused=RULES[trouble.rule] if trouble.rule is not None else "",
        errors=[],
    )


def licensed_words(therapist: Therapist) -> str:
    """Return where the therapist may see people; which dates count is told by the calendar."""
    names = sorted({places.state_name(licence.state) for licence in therapist.licences})
    return str(
        _(
            "%(name)s may only see people who are in %(places)s.",
            name=therapist.first_name,
            places=any_of(names),
        )
    )


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that one picker is made of."""

    asked: Asked
    session_type: SessionType
    attempt: Attempt
    trouble: Trouble
    found: OpenTimes
    seen: SeenZone
    ladder: Ladder | None

    @property
    def climb(self) -> Climb:
        return Climb(self.asked, self.session_type, self.attempt, self.seen.zone)


def _picker(scene: _Scene, now: datetime) -> views.Picker:
    asked, session_type, trouble = scene.asked, scene.session_type, scene.trouble
    therapist, mine = session_type.therapist, scene.seen.zone
    theirs = zone(therapist.time_zone)
    weeks = weeks_of(_calendar(scene, now))
    refused = None
    if trouble.rule is not None and asked.slot is not None and scene.ladder is None:
        refused = views.refused(scene.found, trouble.rule, asked.slot, mine)
    choice = None if is_call(session_type.kind) else views.ways(session_type, asked.modality)
    return views.Picker(
        back=_back(asked, scene.attempt),
        action=url_for("book.take", slug=asked.therapist),
        hidden=_hidden(scene, weeks),
        whom=whom(therapist),
        session_words=offer_line(session_type, asked.payment),
        yours=clock_now(now, mine),
        theirs=views.their_clock(weeks, now, mine, theirs, therapist.first_name),
        zone_unknown=not scene.seen.known,
        zone_choice=None if _has_told_zone(scene) else zone_choice(mine, asked.picker()),
        weeks=weeks,
        bar=views.booking_bar(session_type.kind),
        repeat=question(scene.climb, trouble.problems),
        ladder=scene.ladder,
        facts=views.facts(session_type, practice_facts(), asked.payment, _place(scene)),
        else_href=_to_find(asked),
        wait_href=_to_the_line(asked, session_type),
        ways=choice,
        refused=refused,
        nothing=_nothing(scene, weeks),
        carried=bool(trouble.carried),
        problems=trouble.problems,
    )


def _calendar(scene: _Scene, now: datetime) -> Calendar:
    asked, mine = scene.asked, scene.seen.zone
    anywhen = asked.with_(day=None, slot=None).picker()  # made once: there are two dozen days

    def address(day: date) -> str:
        return f"{anywhen}&day={day.isoformat()}#day"

    return Calendar(
        starts=scene.found.starts,
        mine=mine,
        theirs=zone(scene.session_type.therapist.time_zone),
        today=local_date(now, mine),
        address=address,
        wanted=asked.day,
        slot=asked.slot,
    )


def _has_told_zone(scene: _Scene) -> bool:
    """Return whether the zone was answered in the form, where it can be changed too."""
    return bool(scene.trouble.carried or scene.attempt.draft.get("time_zone"))


def _hidden(scene: _Scene, weeks: Weeks) -> list[tuple[str, str]]:
    """Return what goes along with the choice; the attempt makes a second click the first."""
    asked = scene.asked.with_(slot=None, hold=scene.attempt.token, rhythm=Rhythm())
    if not is_call(scene.session_type.kind):
        asked = asked.with_(modality=None)  # there are radios for it
    fields = {**scene.trouble.carried, **asked.fields()}
    if scene.trouble.carried:
        fields["carried"] = "yes"
    if scene.ladder is not None and scene.asked.slot is not None:
        fields["shown"] = signature(scene.asked)
        if weeks.day is None or not weeks.day.has_chosen:
            fields["slot"] = rfc3339(scene.asked.slot)  # its date needs a choice like any other
    return list(fields.items())


def _with_place(asked: Asked, draft: Draft) -> Asked:
    if asked.knows_where:
        return asked
    return asked.with_(state=draft.get("state") or None, country=draft.get("country") or None)


def _back(asked: Asked, attempt: Attempt) -> views.Link:
    if attempt.held is not None:
        href = url_for("book.check", slug=asked.therapist, token=attempt.token)
        return views.Link(href, str(_("Back to your answers")))
    if asked.offer is not None:
        href = url_for("offers.show", token=asked.offer)
        return views.Link(href, str(_("Back to what is offered")))
    return views.Link(_to_find(asked), str(_("Back to therapists")))


def _to_find(asked: Asked) -> str:
    answers = {"state": asked.state, "need": asked.need, "payment": asked.payment}
    query = urlencode({name: value for name, value in answers.items() if value})
    return f"/find?{query}" if query else "/find"


def _to_the_line(asked: Asked, session_type: SessionType) -> str:
    """Return where to say when one could meet, for what may be waited for."""
    if session_type.kind not in WAITABLE or session_type.seats > 1 or asked.offer is not None:
        return ""
    plain = asked.with_(slot=None, day=None, hold=None, rhythm=Rhythm())
    return plain.address("waiting.ask", every=asked.rhythm.every)


def _place(scene: _Scene) -> views.Link:
    """Return where the client will be, and the way to change it: none that loses what is typed."""
    asked = scene.asked
    words = place(asked.state, asked.country)
    if scene.trouble.carried:
        return views.Link("", words)
    anywhere = asked.with_(state=None, country=None, slot=None, day=None)
    return views.Link(anywhere.address("book.choose", where="ask"), words)


def _nothing(scene: _Scene, weeks: Weeks) -> str:
    """Return why no day is open, where it is the same for every day to come."""
    if weeks.next_open is not None or weeks.day is not None:
        return ""
    therapist, state = scene.session_type.therapist, scene.asked.state
    if state is not None and state not in {each.state for each in scene.found.diary.licences}:
        return licensed_words(therapist)
    return str(_("%(name)s has no open times right now.", name=therapist.first_name))
