"""Everything once more before a standing hour is booked: each date, and what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.models import Appointment
from booking.services.series.dates import NewDate
from booking.web.views.booking import Holding, Row
from booking.web.views.clocks import their_time
from booking.web.views.days import day_words
from booking.web.views.markers import Marker, Scale, marker_between
from booking.web.views.meeting import Whom
from booking.web.views.picker import Link
from booking.web.views.repeat import sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDate:
    """One date that is about to be booked; `instead_of` is the date it was moved from."""

    day: str
    time: str
    theirs: str | None
    before: Marker | None
    instead_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCheck:
    """`skipped` are the dates that are left out, in one line."""

    action: str
    back: Link
    whom: Whom
    heading: str
    pattern: str
    whose_clock: str
    dates: Sequence[ChosenDate]
    going_on: str
    skipped: str
    dates_href: str
    rows: Sequence[Row]
    email: str
    email_href: str
    price: str
    policy: str
    next_step: str
    holding: Holding
    button: str
    asks: bool


def chosen(
    dates: Sequence[NewDate], wished: Mapping[datetime, datetime], scale: Scale, now: datetime
) -> list[ChosenDate]:
    """Return the dates in the order of time; `wished` says when each was to be by the rule."""
    found: list[ChosenDate] = []
    before: datetime | None = None
    for start in sorted(date.starts_at for date in dates):
        was = wished[start]
        found.append(
            ChosenDate(
                day=day_words(start, scale.mine, before or now),
                time=times.clock(start, scale.mine),
                theirs=their_time(start, scale.mine, scale.theirs),
                before=marker_between(before, start, scale) if before is not None else None,
                instead_of=day_words(was, scale.mine, start) if was != start else "",
            )
        )
        before = start
    return found


def price_words(cents: int) -> str:
    """Return what each of them costs."""
    if not cents:
        return str(_("Free"))
    return str(_("%(price)s each session", price=dollars(cents)))


def policy_words(held: Appointment) -> str:
    """Return what cancelling one of them means, in one sentence."""
    fee = dollars(held.late_fee_cents)
    if not fee:
        return str(_("You can cancel each one at no cost until it starts."))
    said = {"num": held.cancel_hours, "fee": fee}
    return str(
        _("Each one is free to cancel up to %(num)s hours before, then the fee is %(fee)s.", **said)
    )


def next_step(name: str, hours: int, *, asks: bool) -> str:
    """Return what comes after the last press, and how long the dates wait for it."""
    said = {"name": name, "num": hours}
    if asks:
        return str(
            _(
                "Next, you read and accept the agreement, and %(name)s says yes or no. "
                "Your times wait up to %(num)s hours for that.",
                **said,
            )
        )
    return str(
        _(
            "Next, you read and accept the agreement with %(name)s. "
            "Your times wait up to %(num)s hours for that.",
            **said,
        )
    )


def button_words(count: int, *, open_ended: bool, asks: bool) -> str:
    """Return what the last button does, and to how many sessions."""
    if open_ended:
        return str(_("Send request for these sessions") if asks else _("Book these sessions"))
    if asks:
        return str(_("Send request for %(sessions)s", sessions=sessions(count)))
    return str(ngettext("Book %(num)s session", "Book %(num)s sessions", count))
