"""The import is put off until it is needed, and the fake runs as a process of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from booking.adapters.sms.twilio import TwilioSms
from tests.support.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from tests.support.twilio_numbers import NORMAL_NUMBER


@pytest.fixture
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.support.twilio", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert match is not None
        yield match[0]
        process.terminate()


def test_the_fake_serves_as_a_process(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sms = TwilioSms(ACCOUNT_SID, AUTH_TOKEN, from_number=NUMBER, api_base_url=address)

    reference = sms.send(to=NORMAL_NUMBER, body="Hello", callback_url=None)

    assert re.fullmatch(r"SM[0-9a-f]{32}", reference)


def test_making_a_sender_does_not_load_twilios_client() -> None:
    program = (
        "import sys\n"
        "from booking.adapters.sms.twilio import TwilioSms\n"
        "TwilioSms('AC1', 'token', from_number='+15005550006')\n"
        "import booking.adapters.sms.signature\n"
        "sys.exit('twilio' in sys.modules or 'requests' in sys.modules)\n"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
