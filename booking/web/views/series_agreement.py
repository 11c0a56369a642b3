"""The agreement in words: its sections, what was booked, and who said yes to it when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.domain.zones import local_date, zone
from booking.models import Acceptance, Agreement, Appointment, Participant, SeriesMember
from booking.web.views.clocks import until
from booking.web.views.meeting import modality_words, price
from booking.web.views.series_words import pattern_words


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What the page of a standing hour says of the agreement; `asks` that it waits for a yes."""

    words: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Given:
    """A yes: by which name and when, to which version, to which particulars."""

    words: str
    version: int
    particulars: Sequence[tuple[str, str]]


def agreement_line(
    given: Sequence[Acceptance], edition: Agreement, *, mine: ZoneInfo
) -> AgreementLine:
    if not given:
        return AgreementLine(str(_("You have not agreed yet.")), asks=True)
    if all(each.agreement_id != edition.id for each in given):
        words = _("There is a new version. Please read it and agree again.")
        return AgreementLine(str(words), asks=True)
    return AgreementLine(given_words(given[0], mine), asks=False)


def given_words(given: Acceptance, mine: ZoneInfo) -> str:
    """Return when and by which name it was accepted."""
    return str(
        _(
            "%(name)s agreed on %(when)s. This is version %(version)s.",
            name=given.name,
            when=until(given.accepted_at, mine),
            version=given.agreement.version,
        )
    )


def given_of(given: Acceptance, mine: ZoneInfo) -> Given:
    """Return a yes with the particulars as they were shown then."""
    kept = [
        (label, str(given.particulars[name]))
        for name, label in labels().items()
        if name in given.particulars
    ]
    return Given(given_words(given, mine), given.agreement.version, kept)


def sections_of(edition: Agreement) -> list[Section]:
    words = {
        "goals": _("What we work on"),
        "procedures": _("How we work"),
        "telehealth": _("Meeting from afar"),
        "confidentiality": _("What stays between us"),
    }
    return [
        Section(str(heading), [p for p in getattr(edition, name).splitlines() if p.strip()])
        for name, heading in words.items()
    ]


def labels() -> Mapping[str, str]:
    """Return what each of the particulars is called, in the order of the page."""
    return {
        "time": str(_("Regular time")),
        "first": str(_("First session")),
        "length": str(_("Length")),
        "place": str(_("Place")),
        "fee": str(_("Fee for each session")),
        "cancelling": str(_("If you cancel")),
        "moving": str(_("If you move a session")),
    }


def particulars_of(
    member: SeriesMember, seats: Sequence[Participant], *, mine: ZoneInfo, now: datetime
) -> dict[str, str]:
    """Return what is agreed besides the text, by the terms their next date was booked with.

    `seats` are their part in every date, soonest first; who joins a group comes later than it.
    """
    part = member.series.part
    first = max(part.hour.time.on(part.first_day), seats[0].appointment.starts_at)
    sample = _next(seats, now)
    there = zone(part.zone)
    day = max(part.first_day, local_date(now, there))
    fee = dollars(sample.late_fee_cents)
    cancelling = (
        _(
            "Free until %(hours)s hours before the start. After that the late fee is %(fee)s.",
            hours=sample.cancel_hours,
            fee=fee,
        )
        if fee
        else _("You can cancel at no cost until it starts.")
    )
    return {
        "time": f"{pattern_words(part, day, mine)}, {times.zone_words(mine)}",
        "first": until(first, mine),
        "length": str(_("%(minutes)s minutes", minutes=part.minutes)),
        "place": modality_words(part.modality),
        "fee": price(sample.price_cents, member.payment),
        "cancelling": str(cancelling),
        "moving": str(_("Possible until %(hours)s hours before.", hours=sample.move_hours)),
    }


def _next(seats: Sequence[Participant], now: datetime) -> Appointment:
    """Return the next date they come to; if there is none, their last."""
    ahead = [s for s in seats if s.appointment.status.is_live and s.appointment.starts_at > now]
    return (ahead or seats[-1:])[0].appointment
