"""One time that is held out to somebody who waits, in words, with every date of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.domain.judging import OPEN
from booking.domain.ladder import Rung
from booking.domain.waiting import WaitingOfferStatus
from booking.domain.zones import zone
from booking.models import Series, WaitingOffer
from booking.services.messages.waiting_telling import readers_zone, starts_of
from booking.services.series.booking import AS_WISHED
from booking.web.views.clocks import BothClocks, on_both_clocks
from booking.web.views.ladder import Ladder, Looking, ladder_of
from booking.web.views.markers import Scale
from booking.web.views.meeting import modality_words, what
from booking.web.views.series_words import pattern_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is offered. `pattern` and `ladder` are those of a standing hour."""

    when: BothClocks
    what: str
    how: str
    pattern: str
    ladder: Ladder | None


@dataclass(frozen=True, slots=True)
class Over:
    """What became of an offer that can no longer be answered."""

    heading: str
    sentence: str


def held_until(offer: WaitingOffer) -> BothClocks:
    return _both(offer.expires_at, offer)


def card_of(offer: WaitingOffer, now: datetime) -> Card:
    mine, series = readers_zone(offer), offer.series
    minutes = series.part.minutes if series is not None else offer.session_type.minutes
    return Card(
        when=_both(offer.starts_at, offer),
        what=what(offer.session_type.kind, minutes),
        how=modality_words(offer.waiting.modality),
        pattern=pattern_words(series.part, series.part.first_day, mine) if series else "",
        ladder=_ladder(offer, series, mine, now) if series is not None else None,
    )


def over_of(offer: WaitingOffer, *, still_open: bool) -> Over:
    """Return what became of it; `still_open` says that the same time could be booked now."""
    words = {
        WaitingOfferStatus.ACCEPTED: (
            _("You said yes to this time"),
            _("We sent you a mail with a link to it."),
        ),
        WaitingOfferStatus.DECLINED: (
            _("You said no to this time"),
            _("Thank you for telling us. It goes to the next person."),
        ),
        WaitingOfferStatus.WITHDRAWN: (
            _("This time is no longer held for you"),
            _("Nothing was booked. We are sorry if you had hoped for it."),
        ),
    }
    late = _("Nothing was booked. It is still open right now, so you can book it yourself.")
    gone = _("Nothing was booked. By now it is somebody else's turn.")
    ran_out = (_("We could not hold this time any longer"), late if still_open else gone)
    heading, sentence = words.get(offer.status, ran_out)
    return Over(str(heading), str(sentence))


def _both(instant: datetime, offer: WaitingOffer) -> BothClocks:
    theirs, name = zone(offer.therapist.time_zone), offer.therapist.first_name
    return on_both_clocks(instant, readers_zone(offer), theirs, name=name)


def _ladder(offer: WaitingOffer, series: Series, mine: ZoneInfo, now: datetime) -> Ladder:
    theirs = zone(offer.therapist.time_zone)
    scale = Scale(
        mine=mine,
        theirs=theirs,
        name=offer.therapist.first_name,
        anchored_to_client=series.part.zone != theirs.key,
    )
    looking = Looking(
        rungs=[Rung(start, OPEN) for start in starts_of(offer)],
        choices=AS_WISHED,
        gone=(),
        scale=scale,
        names={},
        now=now,
        open_ended=series.part.hour.repeat.is_open_ended,
        several_a_week=False,
    )
    return ladder_of(looking, None)
