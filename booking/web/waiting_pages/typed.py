"""What somebody typed into the form of the line: kept as it was, read when it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking.domain.lifecycle import Kind, Modality
from booking.domain.recurrence import EVERY_WEEKS
from booking.domain.waiting import Window, clock_minute, joined, windows_of
from booking.errors import InvalidInput
from booking.services.guests import Guest
from booking.services.waiting.fitting import WAITABLE
from booking.services.waiting.joining import NewWaiting
from booking.web.booking_pages.rhythm import WEEKDAYS
from booking.web.booking_pages.typed import FIELDS, Draft, Errors, draft_in, guest_in, in_words
from booking.web.views.find_asked import WHEN_NAMES
from booking.web.views.weeks import date_in

ONCE = "0"
OFTEN = (ONCE, *map(str, EVERY_WEEKS))
LONGEST_KEPT = 20
# In the order of the form, for the summary on top.
ORDER = ("kind", "therapists", "every", "when", "on", "until", "from_day", "until_day", "modality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Answers that nobody could have meant are passed over, so that they are asked again."""

    kind: Kind | None = None
    therapists: Sequence[str] = ()
    every: str = ONCE
    when: frozenset[str] = frozenset()
    on: Sequence[str] = ()
    from_: str = ""
    until: str = ""
    from_day: str = ""
    until_day: str = ""
    modality: Modality | None = None
    draft: Draft = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.draft.get(name, "")

    @property
    def every_weeks(self) -> int:
        return int(self.every)


@dataclass(frozen=True, slots=True)
class Read:
    """A form read whole: what is asked for, or what is wrong with it, by field."""

    guest: Guest | None
    windows: Sequence[Window]
    from_day: date | None
    until_day: date | None
    problems: Mapping[str, str]

    @property
    def errors(self) -> Errors:
        return errors_of(self.problems)


def errors_of(problems: Mapping[str, str]) -> Errors:
    """Return the problems in the order of the form."""
    return [(name, problems[name]) for name in (*ORDER, *FIELDS) if name in problems]


def typed_in(given: "MultiDict[str, str]", slug: str) -> Typed:
    """Return what a form or an address says; `slug` is whose page it is."""
    kind, modality = given.get("kind", ""), given.get("modality", "")
    every = given.get("every", ONCE)
    return Typed(
        kind=Kind(kind) if kind in WAITABLE else None,
        therapists=given.getlist("therapists") or [slug],
        every=every if every in OFTEN else ONCE,
        when=frozenset(given.getlist("when")) & WHEN_NAMES.keys(),
        on=[day for day in WEEKDAYS if day in given.getlist("on")],
        from_=given.get("from", "")[:LONGEST_KEPT],
        until=given.get("until", "")[:LONGEST_KEPT],
        from_day=given.get("from_day", "").strip()[:LONGEST_KEPT],
        until_day=given.get("until_day", "").strip()[:LONGEST_KEPT],
        modality=Modality(modality) if modality in set(Modality) else None,
        draft=draft_in(given),
    )


def read(typed: Typed, modality: Modality, *, today: date) -> Read:
    """Return what the form says, or what is wrong with it."""
    problems: dict[str, str] = {}
    windows = _windows(typed, problems)
    first = _day("from_day", typed.from_day, problems) or today
    last = _day("until_day", typed.until_day, problems)
    guest = None
    try:
        guest = guest_in(typed.draft, modality)
    except InvalidInput as refused:
        problems |= in_words(refused.problems)
    return Read(guest, windows, first, last, problems)


def new_waiting(
    typed: Typed, found: Read, kind: Kind, modality: Modality, link_id: str
) -> NewWaiting:
    """Return what is asked for, read whole and without a problem."""
    assert found.guest is not None and found.from_day is not None  # noqa: S101, PT018
    return NewWaiting(
        link_id=link_id,
        therapists=typed.therapists,
        kind=kind,
        modality=modality,
        every_weeks=typed.every_weeks,
        windows=found.windows,
        from_day=found.from_day,
        until_day=found.until_day,
        guest=found.guest,
    )


def consent_words() -> str:
    """Return the consent to texts exactly as it is shown here, and kept with the answer."""
    return str(
        _(
            "Yes, text me when you hold a time for me, before each session, and if it changes. "
            "Message rates may apply. Reply STOP to end, HELP for help."
        )
    )


def problem_words_of(refused: InvalidInput) -> dict[str, str]:
    """Return what to say at the fields, for what the service found wrong."""
    words = {
        "therapists": _("Choose at least one person who offers this."),
        "from_day": _("That is too far ahead. Choose an earlier first day."),
        "until_day": _("Choose a last day that is not before the first one."),
    }
    return {each.field: str(words.get(each.field, "")) for each in refused.problems}


def _windows(typed: Typed, problems: dict[str, str]) -> list[Window]:
    found = windows_of(WHEN_NAMES[name] for name in sorted(typed.when))
    days = typed.on or (WEEKDAYS if typed.from_ or typed.until else ())
    try:
        first = clock_minute(typed.from_ or "00:00")
        last = clock_minute(typed.until or "24:00")
        found += [Window(int(day), first, last) for day in days]
    except ValueError:
        problems["until"] = str(_("Choose an end that comes after the beginning."))
    return joined(found)


def _day(name: str, text: str, problems: dict[str, str]) -> date | None:
    found = date_in(text) if text else None
    if text and found is None:
        problems[name] = str(_("Enter a date like 2027-06-30, or leave it empty."))
    return found
