"""Who meets whom, how, and what it costs, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import gettext as _

from booking.adapters.phones import spoken
from booking.adapters.wording.names import dollars
from booking.domain import facets, places
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.policy import Policy, cancel_until, move_until
from booking.models import SessionType, Therapist
from booking.web.i18n import LANGUAGE
from booking.web.views.clocks import until
from booking.web.views.places import country_name

TONES = "abcd"


@dataclass(frozen=True, slots=True)
class Whom:
    """The therapist, as pages name them."""

    slug: str
    name: str
    first_name: str
    initials: str
    tone: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What cancelling and moving cost, each in one sentence with a date where one counts."""

    cancelling: str
    moving: str


def whom(therapist: Therapist) -> Whom:
    words = therapist.name.split()
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return Whom(
        slug=therapist.slug,
        name=", ".join(filter(None, [therapist.name, therapist.credentials])),
        first_name=therapist.first_name,
        initials="".join(letters).upper(),
        tone=TONES[therapist.id % len(TONES)],
    )


def is_call(kind: Kind) -> bool:
    return kind is Kind.CONSULTATION


def what(kind: Kind, minutes: int) -> str:
    """Return "15-minute call", "60-minute first session" or "50-minute session"; for whom else."""
    if is_call(kind):
        return str(_("%(minutes)s-minute call", minutes=minutes))
    if kind is Kind.INTAKE:
        return str(_("%(minutes)s-minute first session", minutes=minutes))
    if kind is Kind.COUPLES:
        return str(_("%(minutes)s-minute session for two", minutes=minutes))
    if kind is Kind.FAMILY:
        return str(_("%(minutes)s-minute family session", minutes=minutes))
    return str(_("%(minutes)s-minute session", minutes=minutes))


def modality_words(modality: Modality) -> str:
    """Return "Video", "Phone" or "In person", for a choice between them."""
    words = {
        Modality.VIDEO: _("Video"),
        Modality.PHONE: _("Phone"),
        Modality.IN_PERSON: _("In person"),
    }
    return str(words[modality])


def price(cents: int, payment: str | None = None) -> str:
    """Return "Free", "$140", or "Aetna, or $140" for somebody who pays through Aetna."""
    if cents == 0:
        return str(_("Free"))
    if payment in {None, "self_pay"}:
        return dollars(cents)
    plan = label(Facet.INSURANCE, payment)
    return str(_("%(plan)s, or %(price)s", plan=plan, price=dollars(cents)))


def offer_line(session_type: SessionType, payment: str | None = None) -> str:
    """Return "50-minute session by video or phone · Aetna, or $140"."""
    held = what(session_type.kind, session_type.minutes)
    return f"{held} {by(session_type)} · {price(session_type.price_cents, payment)}"


def by(session_type: SessionType) -> str:
    """Return "by video", or "by video or phone"."""
    ways = {
        Modality.VIDEO: _("by video"),
        Modality.PHONE: _("by phone"),
        Modality.IN_PERSON: _("in person"),
    }
    offered = [Modality(each) for each in session_type.modalities]
    if offered == [Modality.VIDEO, Modality.PHONE]:
        return str(_("by video or phone"))
    return any_of(str(ways[modality]) for modality in offered)


def any_of(words: Iterable[str]) -> str:
    """Return "one, two, or three"."""
    return str(format_list(list(words), style="or", locale=LANGUAGE))


def label(facet: Facet, slug: str | None) -> str:
    """Return the words for a slug of a facet; empty for none."""
    return str(_(facets.labels(facet)[slug])) if slug else ""


def place(state: str | None, country: str | None) -> str:
    """Return where the client will be, by the name of the state or the country."""
    return places.state_name(state) if state else country_name(country or "")


def how(modality: Modality, therapist: Therapist, phone: str | None, *, country: str) -> str:
    """Return how they meet and, by phone, who rings whom on which number."""
    name = therapist.first_name
    if modality is Modality.VIDEO:
        return str(_("By video, in your browser."))
    if modality is Modality.IN_PERSON:
        return str(_("In person."))
    if therapist.client_calls:
        number = spoken(therapist.phone or "", country=country)
        return str(_("By phone. Please call %(name)s at %(number)s.", name=name, number=number))
    if phone is None:
        return str(_("By phone. %(name)s calls you.", name=name))
    number = spoken(phone, country=country)
    return str(_("By phone. %(name)s will call you at %(number)s.", name=name, number=number))


def terms(
    policy: Policy, starts_at: datetime, *, zone: ZoneInfo, now: datetime, booked: bool = False
) -> Terms:
    """Return the policy in words; `booked` tells a promise from a warning."""
    if now <= cancel_until(policy, starts_at) or not policy.late_fee_cents:
        cancelling = _cancelling(policy, starts_at, zone=zone)
    else:
        cancelling = _late(policy, booked=booked)
    return Terms(cancelling, _moving(policy, starts_at, zone=zone, now=now))


def hours_words(span: timedelta) -> str:
    """Return "24" for a day, as in "less than 24 hours"."""
    return f"{span / timedelta(hours=1):g}"


def _cancelling(policy: Policy, starts_at: datetime, *, zone: ZoneInfo) -> str:
    fee = dollars(policy.late_fee_cents)
    if not fee:
        return str(_("You can cancel at no cost until it starts."))
    return str(
        _(
            "Free to cancel until %(when)s. After that the late fee is %(fee)s.",
            when=until(cancel_until(policy, starts_at), zone),
            fee=fee,
        )
    )


def _late(policy: Policy, *, booked: bool) -> str:
    said = {"hours": hours_words(policy.cancel_cutoff), "fee": dollars(policy.late_fee_cents)}
    if booked:
        return str(
            _(
                "It starts in less than %(hours)s hours, so the late fee is %(fee)s if you cancel.",
                **said,
            )
        )
    return str(
        _(
            "It starts in less than %(hours)s hours. Cancelling is free for three minutes after "
            "you book. Then the late fee is %(fee)s.",
            **said,
        )
    )


def _moving(policy: Policy, starts_at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    last = move_until(policy, starts_at)
    if now <= last:
        return str(_("You can move it to another time until %(when)s.", when=until(last, zone)))
    return str(_("It is too close to the start to move it here later. You can call us."))
