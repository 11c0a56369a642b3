"""What the service is put together from, by what is configured."""

from pathlib import Path

import pytest

from booking.adapters.mail.smtp import SmtpMail
from booking.adapters.sms.twilio import TwilioSms
from booking.services.parts import Parts
from tests.databases import settings_for

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_FROM": "+16025550142",
}


def built(folder: Path, **more: str) -> Parts:
    return Parts.build(settings_for("sqlite://", folder, **more))


def test_what_is_not_configured_is_off(tmp_path: Path) -> None:
    parts = built(tmp_path)

    assert (parts.mail, parts.sms, parts.mailbox) == (None, None, None)
    assert parts.channels == {"email": "off", "sms": "off", "video": "link"}


def test_mail_and_texts_go_by_what_is_configured(tmp_path: Path) -> None:
    parts = built(tmp_path, SMTP_URL="smtp://127.0.0.1:25", **TWILIO)

    assert isinstance(parts.mail, SmtpMail)
    assert isinstance(parts.sms, TwilioSms)
    assert parts.channels == {"email": "smtp", "sms": "twilio", "video": "link"}


@pytest.mark.parametrize("more", [{}, TWILIO])
def test_the_demo_has_a_mailbox_whatever_else_there_is(
    tmp_path: Path, more: dict[str, str]
) -> None:
    parts = built(tmp_path, DEMO="1", **more)

    assert parts.mailbox is not None
    assert parts.channels["email"] == "demo"
    assert parts.channels["sms"] == ("twilio" if more else "demo")
