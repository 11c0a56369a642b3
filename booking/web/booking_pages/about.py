"""About you: who comes, and how to reach them. Nothing clinical, no account, no password."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording.times import zone_words
from booking.clock import utcnow
from booking.domain import facets
from booking.domain.facets import Facet
from booking.domain.lifecycle import Modality
from booking.domain.zones import zone
from booking.errors import InvalidInput, Rule, RuleBroken, SlotTaken
from booking.services.holds import hold, keep_draft
from booking.web.booking_pages.attempts import (
    SEE_OTHER,
    Attempt,
    attempt_of,
    to_what_is_booked,
    zone_of,
)
from booking.web.booking_pages.holding import holding_of, ran_out
from booking.web.booking_pages.often import often_words
from booking.web.booking_pages.party import party_words, people_in
from booking.web.booking_pages.party_form import party_form
from booking.web.booking_pages.picking import show_picker
from booking.web.booking_pages.trouble import UNPROCESSABLE, Trouble
from booking.web.booking_pages.typed import (
    OFFER,
    Answers,
    consent_words,
    fell_into_the_trap,
    typed_over,
)
from booking.web.booking_pages.wanted import Wanted, wanted_by
from booking.web.limits import BOOKINGS, at_most
from booking.web.practice import practice_facts
from booking.web.views import picker as picker_views
from booking.web.views.booking import About
from booking.web.views.clocks import on_both_clocks, zone_choice
from booking.web.views.meeting import how, is_call, place, what, whom
from booking.web.views.places import country_options, state_options
from booking.web.wiring import parts
from booking.web.zones import keep_choice, visitor_zone

OK = 200
Answer = tuple[str, int] | Response


def about(slug: str, token: str) -> Answer:
    """Show the form, with what was typed into it before."""
    attempt = attempt_of(token, slug)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    wanted = wanted_by(attempt, slug, request.args)
    if wanted is None:
        return redirect(url_for("book.choose", slug=slug))
    if attempt.held is not None and wanted.settled and not attempt.runs(utcnow()):
        return ran_out(attempt, attempt.held, OK)
    draft = {**wanted.asked.answers(), **attempt.draft}
    return _form(attempt, wanted, Answers(draft, {})), OK


@at_most(BOOKINGS)
def tell(slug: str, token: str) -> Answer:
    """Keep the answers with the hold, which for a call is made here, and go on to the check."""
    attempt = attempt_of(token, slug)
    if attempt.is_booked:
        return to_what_is_booked(attempt)
    wanted = wanted_by(attempt, slug, request.args)
    if wanted is None:
        return redirect(url_for("book.choose", slug=slug), code=SEE_OTHER)
    if not wanted.settled and request.form.get("modality") in wanted.session_type.modalities:
        wanted = replace(wanted, modality=Modality(request.form["modality"]))
    draft = typed_over(attempt.draft, request.form)
    problems = _problems(draft, wanted)
    if problems:
        return _form(attempt, wanted, Answers(draft, problems)), UNPROCESSABLE
    try:
        _keep(attempt, wanted, draft)
    except SlotTaken:
        return _not_to_be_had(attempt, wanted, draft, Rule.TAKEN)
    except RuleBroken as broken:
        return _not_to_be_had(attempt, wanted, draft, broken.rule)
    response = redirect(url_for("book.check", slug=slug, token=token), code=SEE_OTHER)
    if visitor_zone(draft.get("state")).name != draft["time_zone"]:
        keep_choice(response, draft["time_zone"])
    return response


def _problems(draft: dict[str, str], wanted: Wanted) -> dict[str, str]:
    if fell_into_the_trap():
        return {"name": str(_("We could not take that. Please send it once more."))}
    try:
        people_in(draft, wanted.session_type, wanted.modality, now=utcnow())
    except InvalidInput as refused:
        return party_words(refused.problems, draft)
    return {}


def _keep(attempt: Attempt, wanted: Wanted, draft: dict[str, str]) -> None:
    if attempt.held is not None and not is_call(wanted.session_type.kind):
        keep_draft(attempt.hold_id, dict(draft), parts=parts())
        return
    choice = wanted.choice(draft.get("state"))
    now = utcnow()
    hold(choice, dict(draft), parts=parts(), now=now, hold_id=attempt.hold_id)


def _not_to_be_had(
    attempt: Attempt, wanted: Wanted, draft: dict[str, str], rule: Rule
) -> tuple[str, int]:
    """Offer other times; if it is the place that stands in the way, ask for that again."""
    if rule is Rule.LICENCE:
        words = _(
            "%(name)s may not see people in that state on that date.",
            name=wanted.session_type.therapist.first_name,
        )
        return _form(attempt, wanted, Answers(draft, {"state": str(words)})), UNPROCESSABLE
    asked = wanted.asked.with_(
        state=draft.get("state"), country=draft.get("country"), modality=wanted.modality
    )
    return show_picker(asked, wanted.session_type, attempt, Trouble(rule, carried=draft))


def _form(attempt: Attempt, wanted: Wanted, answers: Answers) -> str:
    known = bool(attempt.draft.get(OFFER))
    consent = consent_words() if parts().sms is not None and not known else ""
    return render_template(
        "pages/about.html",
        page=_page(attempt, wanted, answers, consent),
        answers=answers,
        errors=answers.errors,
    )


def _page(attempt: Attempt, wanted: Wanted, answers: Answers, consent: str) -> About:
    asked, session_type = wanted.asked, wanted.session_type
    therapist, practice = session_type.therapist, practice_facts()
    seen = zone_of(answers.draft, answers["state"] or asked.state)
    ways = None if wanted.settled else picker_views.ways(session_type, wanted.modality)
    by_phone = wanted.modality is Modality.PHONE
    elsewhere = asked.with_(state=None, country=None).address("book.choose", where="ask")
    return About(
        action=request.full_path,
        back=_back(attempt, wanted),
        whom=whom(therapist),
        what=what(session_type.kind, session_type.minutes),
        when=on_both_clocks(
            wanted.starts_at, seen.zone, zone(therapist.time_zone), name=therapist.first_name
        ),
        often=often_words(attempt, wanted, seen.zone),
        holding=holding_of(attempt, utcnow(), seen.zone),
        ways=ways,
        how=how(wanted.modality, therapist, None, country=practice.country),
        phone_needed=by_phone and wanted.settled,
        client_calls=therapist.client_calls,
        known=bool(attempt.draft.get(OFFER)),
        asks_place=not asked.knows_where or (attempt.held is not None and not wanted.settled),
        place=place(asked.state, asked.country) if asked.knows_where else "",
        place_href=elsewhere,
        states=state_options(),
        countries=country_options(practice.country) if practice.sees_abroad else [],
        zone=zone_choice(seen.zone, ""),
        zone_words=zone_words(seen.zone),
        zone_unknown=not seen.known,
        languages=[("", ""), *((c, _(w)) for c, w in facets.labels(Facet.LANGUAGE).items())],
        consent=consent,
        party=party_form(answers, wanted, known=bool(attempt.draft.get(OFFER))),
    )


def _back(attempt: Attempt, wanted: Wanted) -> picker_views.Link:
    href = wanted.asked.with_(day=None).picker()
    if attempt.held is None:
        # With its time the address would lead straight back here.
        href = wanted.asked.with_(slot=None).picker()
    return picker_views.Link(href, str(_("Back to the times")))
