"""The agreement a therapist makes with those who come for longer: four sections, in editions."""

from dataclasses import asdict, dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from booking.domain.agreements import DEFAULT, LONGEST_SECTION, AgreementText
from booking.errors import InvalidInput, NotFound
from booking.models import Therapist
from booking.queries.standing_hours import count_to_ask_again
from booking.services.series.agreeing import agreement_of, text_of, write_agreement
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp, here, kept_in
from booking.web.views.clocks import until
from booking.web.wiring import reading
from booking.web.words import problem_words

UNPROCESSABLE = 422
NAMES = ("goals", "procedures", "telehealth", "confidentiality")
# Far more than is allowed: what is too long is shown again, what is absurd is cut.
MOST_SHOWN = 4 * LONGEST_SECTION


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    label: str
    hint: str
    text: str
    problem: str


@bp.get("/agreement")
def agreement() -> str:
    kept = kept_in("staff.save_agreement")
    if kept is not None:
        return _page(_typed(kept), kept=True)
    return _page(_holding(), saved=request.args.get("saved", ""))


@bp.post("/agreement")
def save_agreement() -> Response | tuple[str, int]:
    """Make a new edition of what was typed, unless it says the same as the one in force."""
    now, therapist_id, typed = here()[0], staff().therapist_id, _typed(request.form)
    before = agreement_of(reading(), therapist_id)
    version = before.version if before else 1
    try:
        saved = write_agreement(therapist_id, _slug(therapist_id), typed, now=now)
    except InvalidInput as refused:
        problems = {problem.field: problem_words(problem.code) for problem in refused.problems}
        return _page(typed, problems=problems), UNPROCESSABLE
    how = "new" if saved != version else "same"
    return redirect(url_for("staff.agreement", saved=how), code=SEE_OTHER)


def _typed(given: MultiDict[str, str]) -> AgreementText:
    texts = {name: given.get(name, "")[:MOST_SHOWN].replace("\r\n", "\n") for name in NAMES}
    return AgreementText(**texts)


def _holding() -> AgreementText:
    found = agreement_of(reading(), staff().therapist_id)
    return text_of(found) if found else DEFAULT


def _slug(therapist_id: int) -> str:
    found = reading().get(Therapist, therapist_id)
    if found is None:
        raise NotFound("therapist")
    return found.slug


def _page(
    typed: AgreementText,
    *,
    problems: dict[str, str] | None = None,
    saved: str = "",
    kept: bool = False,
) -> str:
    zone, therapist_id = here()[1], staff().therapist_id
    found = agreement_of(reading(), therapist_id)
    sections = _sections(typed, problems or {})
    return render_template(
        "staff/agreement.html",
        sections=sections,
        errors=[(each.name, f"{each.label}: {each.problem}") for each in sections if each.problem],
        version=found.version if found else 0,
        since=until(found.created_at, zone) if found else "",
        asked=count_to_ask_again(reading(), therapist_id),
        limit=LONGEST_SECTION,
        saved=saved,
        kept=kept,
    )


def _sections(typed: AgreementText, problems: dict[str, str]) -> list[Section]:
    words = {
        "goals": (_("What you work on"), _("How you find goals together, and look at them again.")),
        "procedures": (_("How you work"), _("What happens in a session, and what people may ask.")),
        "telehealth": (
            _("Meeting from afar"),
            _("That they agree to it, what its limits are, and what you do if the line drops."),
        ),
        "confidentiality": (
            _("What stays between you"),
            _("And what does not: the limits where you practise."),
        ),
    }
    texts = asdict(typed)
    return [
        Section(name, str(label), str(hint), texts[name], problems.get(name, ""))
        for name, (label, hint) in words.items()
    ]
