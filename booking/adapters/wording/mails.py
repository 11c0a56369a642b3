"""Mails in words: a neutral subject, and one wording in two shapes."""

import re
from dataclasses import dataclass, fields
from typing import Any

from markupsafe import Markup

from booking.adapters.plain_text import one_line
from booking.adapters.wording.estimate_facts import ForEstimate
from booking.adapters.wording.facts import MailFacts
from booking.adapters.wording.frames import environment
from booking.adapters.wording.series_facts import SeriesFacts
from booking.adapters.wording.waiting_facts import WaitingFacts
from booking.domain.messages import MessageKind

AnyFacts = MailFacts | SeriesFacts | ForEstimate | WaitingFacts

_MANY_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*\n")


@dataclass(frozen=True, slots=True)
class Words:
    """A mail as it is read."""

    subject: str
    text: str
    html: str


def mail(kind: MessageKind, facts: AnyFacts, language: str) -> Words:
    """Return the mail of `kind` in `language`, or in English where we do not write it."""
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    subject, text = _body(kind, known, language, html=False)
    _, inner = _body(kind, known, language, html=True)
    frame = {**known, "subject": subject, "for_client": not kind.is_for_therapist}
    return Words(
        subject=one_line(subject),
        text=_framed("mail/frame_text.jinja", text, frame, language, html=False),
        html=_framed("mail/frame_html.jinja", Markup(inner), frame, language, html=True),  # noqa: S704  # escaped as it was rendered
    )


def _body(
    kind: MessageKind, known: dict[str, Any], language: str, *, html: bool
) -> tuple[str, str]:
    templates = environment(language, html=html)
    shape = "mail/as_html.jinja" if html else "mail/as_text.jinja"
    module = templates.get_template(f"mail/{kind}.jinja").make_module({**known, "shape": shape})
    return str(module.subject), str(module)  # type: ignore[attr-defined]


def _framed(template: str, body: str, frame: dict[str, Any], language: str, *, html: bool) -> str:
    whole = environment(language, html=html).get_template(template).render(frame, body=body)
    return _MANY_EMPTY_LINES.sub("\n\n", whole).strip() + "\n"
