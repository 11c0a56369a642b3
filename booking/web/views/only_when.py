"""The page of somebody who only pays, or sees no more of it than when it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.domain.lifecycle import Status
from booking.domain.participants import Role
from booking.models import Appointment, Participant, SeriesMember
from booking.web.views.series_words import line

_SHOWN = frozenset({Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW})


@dataclass(frozen=True, slots=True)
class When:
    """One date, and what it costs or cost; `cost` is empty for who does not pay."""

    words: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWhen:
    """`estimate_href` is empty where there is none; so is `to` where nothing can be done."""

    pays: bool
    dates: Sequence[When]
    zone: str
    estimate_href: str
    email: str
    asks_proof: bool
    to: str


def only_when(
    seat: Participant | SeriesMember,
    dates: Iterable[Appointment],
    *,
    mine: ZoneInfo,
    now: datetime,
    estimate_href: str,
    way: tuple[str, bool],
) -> OnlyWhen:
    """Return the page's values; `way` is its own path, and whether that was mailed."""
    pays, (to, mailed) = seat.role is Role.PAYER, way
    return OnlyWhen(
        pays=pays,
        dates=[_when(each, mine, now, pays=pays) for each in dates if _is_shown(each, pays=pays)],
        zone=times.zone_words(mine),
        estimate_href=estimate_href if pays else "",
        email=seat.person.email,
        asks_proof=mailed and seat.person.verified_at is None,
        to=to,
    )


def _is_shown(date: Appointment, *, pays: bool) -> bool:
    return date.status in _SHOWN or (pays and bool(_fee(date)))


def _when(date: Appointment, mine: ZoneInfo, now: datetime, *, pays: bool) -> When:
    words = line(date.starts_at, mine, now)
    if not pays:
        return When(words, "")
    if date.status is Status.CANCELLED:
        return When(words, str(_("Cancelled late: %(fee)s", fee=_fee(date))))
    return When(words, dollars(date.price_cents) or str(_("Free")))


def _fee(date: Appointment) -> str:
    if date.status is not Status.CANCELLED or date.fee_waived_at is not None:
        return ""
    return dollars(date.fee_cents)
