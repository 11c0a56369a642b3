"""The words on top of the page of a standing hour: how far it has come, and what that means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.domain.participants import ParticipantStatus, Role
from booking.domain.standing import SeriesStatus
from booking.domain.zones import zone
from booking.models import Participant, Series, SeriesMember
from booking.services.series.agreeing import has_run_out
from booking.web.views.clocks import on_both_clocks, until
from booking.web.views.panels import Panel


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing hour as one member sees it. `ahead` are their dates, soonest first.

    `has_agreed` says whether the member has accepted any edition of the agreement.
    """

    member: SeriesMember
    ahead: Sequence[Participant]
    has_agreed: bool
    mine: ZoneInfo
    now: datetime

    @property
    def series(self) -> Series:
        return self.member.series

    @property
    def name(self) -> str:
        return self.series.therapist.first_name

    @property
    def has_left(self) -> bool:
        return self.member.status is ParticipantStatus.LEFT

    @property
    def waits(self) -> bool:
        """Return whether its times are held until somebody says yes."""
        if self.member.expires_at is not None and not self.has_left:
            return self.series.status.is_live and self.now < self.member.expires_at
        asked = self.series.status is SeriesStatus.REQUESTED
        return asked and not has_run_out(self.series, self.now)

    @property
    def held_until(self) -> datetime:
        """Return until when the times, or a place in a group, wait for a yes."""
        return self.member.expires_at or self.series.expires_at or self.now

    @property
    def waits_for_therapist(self) -> bool:
        return self.series.granted_at is None or self.member.status is ParticipantStatus.ASKED

    @property
    def ran_out(self) -> bool:
        """Return whether a place in a group was let go of because nobody said yes in time."""
        member = self.member
        if member.expires_at is None:
            return False
        return member.expires_at <= (member.left_at or self.now)

    @property
    def is_live(self) -> bool:
        if self.has_left or self.ran_out:
            return False
        return self.waits or self.series.status is SeriesStatus.CONFIRMED

    @property
    def asks_to_agree(self) -> bool:
        here = self.member.status is ParticipantStatus.ATTENDING
        return here and self.waits and not self.has_agreed and self.member.role is not Role.PAYER


def panel_of(standing: Standing) -> Panel:
    status = standing.series.status
    if standing.has_left and not standing.ran_out:
        return _panel("ended", _("You have left these sessions"), _welcome())
    if standing.waits:
        return _waiting(standing)
    if standing.ran_out or status in {SeriesStatus.REQUESTED, SeriesStatus.EXPIRED}:
        sorry = _("We are sorry: nobody said yes in time. Nothing is booked.")
        return _panel("ended", _("We let the times go"), sorry)
    if status is SeriesStatus.DECLINED:
        other = _(
            "%(name)s could not take your request. Another time may suit you both.",
            name=standing.name,
        )
        return _panel("ended", _("Those times did not work out"), other)
    if status is SeriesStatus.ENDED or not standing.ahead:
        return _ended(standing)
    return _booked(standing)


def _waiting(standing: Standing) -> Panel:
    series = standing.series
    held = until(standing.held_until, standing.mine)
    if standing.asks_to_agree:
        sentences = [
            _("We hold these times for you until %(when)s.", when=held),
            _("They are yours once you have agreed."),
        ]
        if series.granted_at is None:
            sentences.append(_("%(name)s also says yes or no to them.", name=standing.name))
        return _panel("waiting", _("One more step: read and agree"), *sentences)
    if standing.waits_for_therapist:
        answer = _(
            "%(name)s will answer by %(when)s. We hold the times for you until then.",
            name=standing.name,
            when=held,
        )
        return _panel("waiting", _("Your request is in"), answer)
    wait = _("We hold the times until %(when)s and wait for one more yes.", when=held)
    return _panel("waiting", _("Your yes is in"), wait)


def _booked(standing: Standing) -> Panel:
    first = standing.ahead[0].appointment
    when = on_both_clocks(
        first.starts_at, standing.mine, zone(first.therapist.time_zone), name=standing.name
    ).words
    return _panel(
        "booked",
        _("You are booked"),
        _("We will see you on %(when)s.", when=when),
        _("You do not need to do anything else today."),
    )


def _ended(standing: Standing) -> Panel:
    if not standing.ahead:
        return _panel("ended", _("These sessions are over"), _welcome())
    last = standing.ahead[-1].appointment.starts_at
    words = _("The last one is on %(when)s.", when=until(last, standing.mine))
    return _panel("ended", _("These sessions will end"), words, _welcome())


def _welcome() -> str:
    return str(_("You are welcome back any time."))


def _panel(kind: str, heading: str, *sentences: str) -> Panel:
    return Panel(kind, str(heading), [str(each) for each in sentences])
