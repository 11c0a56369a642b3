"""Links to other calendars, and what they give away."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from booking.adapters.calendar.buttons import google_url, outlook_url
from tests.adapters.test_invitation import INVITATION, LINK

MAKERS = [google_url, outlook_url]


def test_google_is_given_title_times_link_and_place_and_nothing_else() -> None:
    url = urlsplit(google_url(INVITATION))

    assert (url.scheme, url.netloc) == ("https", "calendar.google.com")
    assert dict(parse_qsl(url.query)) == {
        "action": "TEMPLATE",
        "text": "Appointment",
        "dates": "20261020T210000Z/20261020T211500Z",
        "details": LINK,
        "location": LINK,
    }


def test_outlook_is_given_title_times_link_and_place_and_nothing_else() -> None:
    url = urlsplit(outlook_url(INVITATION))

    assert (url.scheme, url.netloc) == ("https", "outlook.live.com")
    assert dict(parse_qsl(url.query)) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": "Appointment",
        "startdt": "2026-10-20T21:00:00Z",
        "enddt": "2026-10-20T21:15:00Z",
        "body": LINK,
        "location": LINK,
    }


def test_times_are_utc_whatever_zone_they_come_in() -> None:
    zone = ZoneInfo("America/New_York")
    there = replace(
        INVITATION,
        starts_at=INVITATION.starts_at.astimezone(zone),
        ends_at=INVITATION.ends_at.astimezone(zone),
    )

    for make in MAKERS:
        assert make(there) == make(INVITATION)


def test_e9_no_address_uid_or_description_is_given_away() -> None:
    for make in MAKERS:
        url = make(replace(INVITATION, description="words for the client alone"))
        for secret in ("example.org", "invites", "Practice", INVITATION.uid, "words"):
            assert secret not in url


def test_a_session_by_phone_has_no_details() -> None:
    for make in MAKERS:
        query = dict(parse_qsl(urlsplit(make(replace(INVITATION, url=None))).query))
        assert not {"details", "body", "location"} & query.keys()


def test_blanks_are_written_so_that_outlook_shows_no_plus_signs() -> None:
    for make in MAKERS:
        assert "Your%20appointment" in make(replace(INVITATION, summary="Your appointment"))
