"""Standing times that were offered to somebody, in words: each with every date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.domain.ladder import Rung
from booking.domain.lifecycle import Modality
from booking.domain.standing import OfferStatus
from booking.domain.zones import zone
from booking.models import Series, StandingOffer
from booking.services.series.booking import Choices
from booking.web.series_pages.choices import field_of
from booking.web.views.clocks import BothClocks, on_both_clocks
from booking.web.views.ladder import Ladder, Looking, ladder_of
from booking.web.views.markers import Scale
from booking.web.views.meeting import modality_words, what
from booking.web.views.series_words import pattern_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One time: its rule, what and how, and the dates. `id` is sent when it is taken."""

    id: str
    number: int
    pattern: str
    what: str
    how: str
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class Over:
    """What became of an offer that can no longer be answered."""

    heading: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What somebody chose in one card, and what came in the way."""

    series: str
    choices: Choices
    refused: str


def mine_of(offer: StandingOffer, series: Series | None = None) -> ZoneInfo:
    """Return the clock the person is told by: where people meet in person, the one on the wall."""
    if series is not None and series.part.modality is Modality.IN_PERSON:
        return zone(offer.therapist.time_zone)
    return zone(offer.person.time_zone)


def held_until(offer: StandingOffer) -> BothClocks:
    theirs = zone(offer.therapist.time_zone)
    return on_both_clocks(offer.expires_at, mine_of(offer), theirs, name=offer.therapist.first_name)


def card_of(
    series: Series, number: int, rungs: Sequence[Rung], taking: Taking | None, now: datetime
) -> Card:
    offer, part = series.offer, series.part
    assert offer is not None  # noqa: S101  # what is offered was offered by somebody
    theirs, mine = zone(offer.therapist.time_zone), mine_of(offer, series)
    here = taking is not None and taking.series == series.public_id
    looking = Looking(
        rungs=rungs,
        choices=taking.choices if taking is not None and here else Choices(),
        gone=_gone(rungs) if here else (),
        scale=Scale(
            mine=mine,
            theirs=theirs,
            name=offer.therapist.first_name,
            anchored_to_client=part.zone != theirs.key,
        ),
        names={rung.starts_at: field_of(rung.starts_at) for rung in rungs},
        now=now,
        open_ended=part.hour.repeat.is_open_ended,
        several_a_week=len(part.weekdays) > 1,
        refused=taking.refused if taking is not None and here else "",
    )
    return Card(
        id=series.public_id,
        number=number,
        pattern=pattern_words(part, part.first_day, mine),
        what=what(part.session_type.kind, part.minutes),
        how=modality_words(part.modality),
        ladder=ladder_of(looking, None),
    )


def _gone(rungs: Sequence[Rung]) -> Collection[datetime]:
    return {rung.starts_at for rung in rungs if not rung.is_open}


def over_of(offer: StandingOffer) -> Over:
    """Return what became of it; an offer without times had opened the therapist's hours."""
    name = offer.therapist.first_name
    if not offer.series:
        return _hours_over(offer.status, name)
    words = {
        OfferStatus.ACCEPTED: (
            _("You have chosen your time"),
            _("We sent you a mail with a link to your dates."),
        ),
        OfferStatus.DECLINED: (
            _("You said that none of these suits you"),
            _(
                "Thank you for telling us. %(name)s knows, and may offer you other times.",
                name=name,
            ),
        ),
        OfferStatus.WITHDRAWN: (
            _("These times are no longer offered"),
            _("%(name)s may have sent you other times. Please look in your mail.", name=name),
        ),
    }
    ran_out = (
        _("We could not hold these times any longer"),
        _("Nothing was booked. You can ask %(name)s for new ones.", name=name),
    )
    heading, sentence = words.get(offer.status, ran_out)
    return Over(str(heading), str(sentence))


def _hours_over(status: OfferStatus, name: str) -> Over:
    if status is OfferStatus.DECLINED:
        heading = _("You said that this does not suit you")
        sentence = _("Thank you for telling us. %(name)s knows.", name=name)
        return Over(str(heading), str(sentence))
    sentence = _("Nothing was booked. You can ask %(name)s for new times.", name=name)
    return Over(str(_("This offer has ended")), str(sentence))
