"""What the services need of the outside, put together once and handed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from booking.adapters.busy import BusyCalendar
from booking.adapters.links import Links
from booking.adapters.mail import MailSender
from booking.adapters.mail.smtp import SmtpMail
from booking.adapters.mailbox import DemoMail, DemoSms, Mailbox
from booking.adapters.passkeys import Passkeys
from booking.adapters.passwords import Passwords
from booking.adapters.sealer import Sealer
from booking.adapters.sms import SmsSender
from booking.adapters.video import VideoProvider
from booking.clock import utcnow
from booking.config import Settings, TwilioSettings
from booking.domain.outside import CalendarKind
from booking.services.calendars.adapters import busy_calendars
from booking.services.video import video_providers

# Under this name `app.extensions` holds the parts.
EXTENSION = "stillhour"


@dataclass(frozen=True, slots=True)
class Parts:
    """A channel that is not configured is None: it is off, and its consent is not asked."""

    settings: Settings
    links: Links
    sealer: Sealer
    passwords: Passwords
    passkeys: Passkeys
    mail: MailSender | None
    sms: SmsSender | None
    video: Mapping[str, VideoProvider]
    calendars: Mapping[CalendarKind, BusyCalendar]
    mailbox: Mailbox | None = None

    @classmethod
    def build(cls, settings: Settings) -> Self:
        """Return the parts for `settings`; nothing is contacted yet."""
        mailbox = Mailbox(settings.data_dir / "mailbox", now=utcnow) if settings.demo else None
        return cls(
            settings=settings,
            links=Links(settings.secret_key, settings.public_url),
            sealer=Sealer(settings.secret_key),
            passwords=Passwords(),
            passkeys=Passkeys(settings.public_url),
            mail=_mail(settings, mailbox),
            sms=_sms(settings.twilio, mailbox),
            video=video_providers(settings),
            calendars=busy_calendars(settings),
            mailbox=mailbox,
        )

    @property
    def channels(self) -> dict[str, str]:
        """Return which channels are on, in words for `/healthz` and the staff pages."""
        return {
            "email": _state(self.mail, "smtp" if self.settings.smtp_url else "demo"),
            "sms": _state(self.sms, "twilio" if self.settings.twilio else "demo"),
            "video": self.settings.video.provider,
        }


def _mail(settings: Settings, mailbox: Mailbox | None) -> MailSender | None:
    if settings.smtp_url:
        return SmtpMail(settings.smtp_url)
    return DemoMail(mailbox) if mailbox else None


def _sms(twilio: TwilioSettings | None, mailbox: Mailbox | None) -> SmsSender | None:
    if twilio is not None:
        # The vendor's client is heavy: a process that sends no texts does not load it.
        from booking.adapters.sms.twilio import TwilioSms  # noqa: PLC0415

        return TwilioSms(
            twilio.account_sid,
            twilio.auth_token,
            messaging_service_sid=twilio.messaging_service_sid,
            from_number=twilio.from_number,
            api_base_url=twilio.api_base_url,
        )
    return DemoSms(mailbox) if mailbox else None


def _state(channel: object, kind: str) -> str:
    return kind if channel is not None else "off"
