"""The file for a client's own calendar beside the invitation they were mailed."""

from email.message import EmailMessage

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Modality
from booking.services.changes import move
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import booked, sweep
from tests.web.booking_flow import event_in, only_participant, path_for

pytestmark = pytest.mark.usefixtures("practice")

AS_MAILED = ("UID", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL")


@pytest.mark.parametrize("modality", [Modality.VIDEO, Modality.PHONE])
def test_the_file_says_what_the_mailed_invitation_says(
    client: FlaskClient, parts: Parts, mail: MailSpy, modality: Modality
) -> None:
    made = booked(parts, modality=modality)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    newest = [letter for letter in mail.letters if letter["To"] == "sam@example.org"][-1]

    with time_machine.travel(NOW + HOUR, tick=False):
        file = client.get(path_for(only_participant(), Purpose.CALENDAR, parts))

    mailed, own = event_in(calendar_of(newest)), event_in(file.data)
    assert {name: own.get(name) for name in AS_MAILED} == {
        name: mailed.get(name) for name in AS_MAILED
    }
    assert own["SEQUENCE"] == 1
    assert "ATTENDEE" in mailed
    assert "ATTENDEE" not in own


def calendar_of(letter: EmailMessage) -> bytes:
    [content] = [
        part.get_payload(decode=True)
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert isinstance(content, bytes)
    return content
