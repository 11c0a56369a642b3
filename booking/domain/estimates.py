"""What self-paid sessions are expected to cost, and by when people are owed that in writing.

The duty is that of a United States practice (45 CFR 149.610). What the law asks is a table
with dates: a new rule is a new row, and each estimate is judged by the row of its own day.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median_low
from zoneinfo import ZoneInfo

from booking.domain.business_days import business_days_after, business_days_before
from booking.domain.dated import in_force
from booking.domain.facets import Facet, labels

A_DAY = timedelta(days=1)
MONTHS_A_YEAR = 12
SELF_PAY = "self_pay"
# With fewer weeks than this, one date that moved would look like another rhythm.
WEEKS_OF_A_RHYTHM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Who schedules so many business days `ahead` is owed an estimate `within` so many."""

    ahead: int
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRule:
    """What is owed, in business days; `leads` begin with the longest, `months` is the most."""

    valid_from: date
    valid_until: date | None = None
    leads: tuple[Lead, ...]
    on_request: int
    before_service: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeTerms:
    """When a bill may be disputed: so much over the estimate, within so many calendar days."""

    valid_from: date
    valid_until: date | None = None
    over_cents: int
    fee_cents: int
    within_days: int


RULES = (
    # 45 CFR 149.610(b)(1)(vi), (vii) and (x).
    EstimateRule(
        valid_from=date(2022, 1, 1),
        leads=(Lead(ahead=10, within=3), Lead(ahead=3, within=1)),
        on_request=3,
        before_service=1,
        months=12,
    ),
)
DISPUTES = (
    # 45 CFR 149.620; the fee is set by guidance and has been the same since it began.
    DisputeTerms(valid_from=date(2022, 1, 1), over_cents=400_00, fee_cents=25_00, within_days=120),
)


def is_owed(payment: str | None) -> bool:
    """Return whether who pays by `payment`, a slug of `Facet.INSURANCE`, is owed estimates.

    Whoever names no plan that we know pays for themselves, as far as we can tell.
    """
    return payment == SELF_PAY or payment not in labels(Facet.INSURANCE)


def dispute_terms(on: date) -> DisputeTerms | None:
    """Return the terms that hold on the day `on`, if bills can be disputed then."""
    return in_force(DISPUTES, on)


def due_by(
    scheduled_on: date,
    service_on: date,
    *,
    closed: Container[date],
    rules: Iterable[EstimateRule] = RULES,
) -> date | None:
    """Return the last day for the estimate that scheduling brings with it, or None.

    `closed` are the federal holidays around both days. "Ahead" counts back from the service,
    so scheduling on a Monday for the Thursday of that week is three business days ahead.
    """
    rule = in_force(rules, scheduled_on)
    for lead in rule.leads if rule else ():
        if scheduled_on <= business_days_before(service_on, lead.ahead, closed=closed):
            return business_days_after(scheduled_on, lead.within, closed=closed)
    return None


def due_by_request(
    asked_on: date, *, closed: Container[date], rules: Iterable[EstimateRule] = RULES
) -> date | None:
    """Return the last day for an estimate that was asked for."""
    rule = in_force(rules, asked_on)
    if rule is None:
        return None
    return business_days_after(asked_on, rule.on_request, closed=closed)


def due_by_change(
    changed_on: date,
    service_on: date,
    *,
    closed: Container[date],
    rules: Iterable[EstimateRule] = RULES,
) -> date | None:
    """Return the last day for a new estimate, `service_on` being the first session it changes.

    That day is before `changed_on` if the change came too late for it: then the estimate is
    due at once. The estimate that follows one which has run out is owed by the same day.
    """
    rule = in_force(rules, changed_on)
    if rule is None:
        return None
    return business_days_before(service_on, rule.before_service, closed=closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A session that is meant to be: from `starts_at`, in UTC, for `length`."""

    starts_at: datetime
    length: timedelta
    price_cents: int


@dataclass(frozen=True, order=True, slots=True, kw_only=True)
class Expected:
    """A session as an estimate names it: by its date where the estimate is read."""

    on: date
    length: timedelta
    price_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The sessions of one length and price."""

    length: timedelta
    price_cents: int
    count: int

    @property
    def total_cents(self) -> int:
        return self.count * self.price_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often: most weeks with sessions have so many, and most are so many weeks apart."""

    sessions: int
    every_weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The sessions expected from `covers_from` to `covers_until`, both included, ascending."""

    made_on: date
    covers_from: date
    covers_until: date
    sessions: tuple[Expected, ...]

    @property
    def lines(self) -> list[Line]:
        """Return what is to be paid, one line a length and price, in the order they begin."""
        return [
            Line(length=length, price_cents=price, count=count)
            for (length, price), count in _services(self.sessions).items()
        ]

    @property
    def total_cents(self) -> int:
        return sum(session.price_cents for session in self.sessions)

    @property
    def rhythm(self) -> Rhythm | None:
        """Return how often sessions are, or None if there are too few weeks of them to tell."""
        return _rhythm(self.sessions)

    def covers(self, day: date) -> bool:
        return self.covers_from <= day <= self.covers_until


def estimate_of(
    sessions: Iterable[Planned],
    zone: ZoneInfo,
    *,
    made_on: date,
    rules: Iterable[EstimateRule] = RULES,
) -> Estimate:
    """Return the estimate of `sessions`, in any order, from the day `made_on` in `zone` on.

    It covers at most as many months as the law lets one estimate cover, from the first of
    those sessions on; those beyond are for the next. A standing hour without an end is to be
    given as the dates of its rule for that long, or each one added later would be a change.
    Raises `ValueError` if no session is left, or if the law asks for no estimate that day.
    """
    rule = in_force(rules, made_on)
    if rule is None:
        raise ValueError(f"no rule for estimates holds on {made_on}")
    expected = sorted(_expected(session, zone) for session in sessions)
    ahead = [session for session in expected if session.on >= made_on]
    if not ahead:
        raise ValueError(f"there is no session from {made_on} on")
    first = ahead[0].on
    last = _months_after(first, rule.months) - A_DAY
    return Estimate(
        made_on=made_on,
        covers_from=first,
        covers_until=last,
        sessions=tuple(session for session in ahead if session.on <= last),
    )


def differs(old: Estimate, new: Estimate) -> bool:
    """Return whether prices, lengths, number or rhythm changed, so that `new` is owed.

    A date that only moved is no change. Sessions are compared from the day after the later of
    the two was made, up to the end of `old`: what lies beyond was never promised. Ask with a
    `new` of the whole series as it now is, made for the day of `old`; otherwise a session that
    moved from the past into the future is one more. A change of therapist is for the caller.
    """
    since = max(old.made_on, new.made_on)
    told, now = (
        [session for session in each.sessions if since < session.on <= old.covers_until]
        for each in (old, new)
    )
    if _services(told) != _services(now):
        return True
    before, after = _rhythm(told), _rhythm(now)
    return None not in {before, after} and before != after


def _expected(session: Planned, zone: ZoneInfo) -> Expected:
    on = session.starts_at.astimezone(zone).date()
    return Expected(on=on, length=session.length, price_cents=session.price_cents)


def _services(sessions: Iterable[Expected]) -> Counter[tuple[timedelta, int]]:
    return Counter((session.length, session.price_cents) for session in sessions)


def _rhythm(sessions: Sequence[Expected]) -> Rhythm | None:
    weeks = Counter(session.on - session.on.weekday() * A_DAY for session in sessions)
    if len(weeks) < WEEKS_OF_A_RHYTHM:
        return None
    apart = [(after - before).days // 7 for before, after in pairwise(sorted(weeks))]
    return Rhythm(sessions=median_low(weeks.values()), every_weeks=median_low(apart))


def _months_after(day: date, months: int) -> date:
    """Return the day with the same number, or the first of the month after if there is none."""
    years, month = divmod(day.month - 1 + months, MONTHS_A_YEAR)
    first = date(day.year + years, month + 1, 1)
    next_first = (first + 31 * A_DAY).replace(day=1)
    return min(first + (day.day - 1) * A_DAY, next_first)
