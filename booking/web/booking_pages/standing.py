"""A standing hour as somebody chose it on the pages, kept with the hold on its first date."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from booking.clock import utcnow
from booking.domain.interval import Interval
from booking.models import SessionType
from booking.queries.practices import the_practice
from booking.services.opened import times_of
from booking.services.series.asking import SeriesAsk, anchor_of
from booking.services.series.booking import AS_WISHED, Choices
from booking.web.booking_pages.asked import Asked, instant_in
from booking.web.booking_pages.attempts import Attempt
from booking.web.booking_pages.rhythm import Rhythm, rhythm_in
from booking.web.booking_pages.typed import STANDING, Draft
from booking.web.instants import rfc3339
from booking.web.views.meeting import is_call
from booking.web.wiring import reading

SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Standing:
    """`starts_at` is the first date of the rule, whether or not it is kept as it is."""

    starts_at: datetime
    rhythm: Rhythm
    choices: Choices = AS_WISHED

    def text(self) -> str:
        """Return it as it is kept with a hold."""
        said = {
            "slot": rfc3339(self.starts_at),
            **self.rhythm.fields(),
            "skip": [rfc3339(start) for start in sorted(self.choices.skip)],
            "move": {rfc3339(start): rfc3339(to) for start, to in self.choices.move.items()},
        }
        return json.dumps(said, sort_keys=True)


def standing_in(draft: Draft) -> Standing | None:
    """Return the standing hour that was chosen, None for a single session."""
    text = draft.get(STANDING)
    if not text:
        return None
    said = json.loads(text)
    move = {_instant(start): _instant(to) for start, to in said["move"].items()}
    choices = Choices(frozenset(_instant(start) for start in said["skip"]), move)
    return Standing(_instant(said["slot"]), rhythm_in(said), choices)


def _instant(text: str) -> datetime:
    found = instant_in(text)
    assert found is not None  # noqa: S101  # we wrote it ourselves
    return found


def may_repeat(session_type: SessionType) -> bool:
    return session_type.allows_series and not is_call(session_type.kind)


def signature(asked: Asked) -> str:
    """Return what the dates of a ladder hang on: a form says by it which ones it shows."""
    slot = rfc3339(asked.slot) if asked.slot is not None else ""
    return " ".join([slot, *asked.rhythm.fields().values()])


def ask_for(
    standing: Standing, session_type: SessionType, state: str | None, mine: ZoneInfo
) -> SeriesAsk:
    """Return what is asked of the therapist, for a client in `mine`; raise `InvalidInput`."""
    practice = the_practice(reading())
    anchor = anchor_of(practice, session_type.therapist, mine.key)
    pattern = standing.rhythm.pattern(standing.starts_at, mine, anchor)
    return SeriesAsk.of(session_type, pattern.from_(standing.starts_at, anchor), state)


def beside_own(asked: SeriesAsk, attempt: Attempt) -> SeriesAsk:
    """Return the same, with what the attempt itself holds out of the way.

    Of who came by an offer we also know when they are elsewhere.
    """
    busy = times_of(reading(), attempt.offer, now=utcnow())
    asked, held = replace(asked, busy=busy), attempt.held
    if held is None or not held.claims:
        return asked
    claims = [Interval(claim.from_at, claim.until_at) for claim in held.claims]
    return replace(asked, own=claims, own_starts=[held.starts_at])


def fix_name(start: datetime) -> str:
    """Return the name of the radios that settle one date."""
    return f"fix-{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def choices_in(given: Mapping[str, str], starts: Iterable[datetime]) -> Choices:
    """Return what a form or an address says about these dates; all else is passed over."""
    said = {start: given.get(fix_name(start), "") for start in starts}
    moved = {start: instant_in(to) for start, to in said.items()}
    return Choices(
        skip=frozenset(start for start, to in said.items() if to == SKIP),
        move={start: to for start, to in moved.items() if to is not None and to != start},
    )
