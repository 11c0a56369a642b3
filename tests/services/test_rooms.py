"""The door to a session: when it opens, for whom, and what lies behind it."""

from dataclasses import replace
from datetime import datetime

import pytest

from booking.adapters.video import Room
from booking.adapters.video.fake import FakeVideo
from booking.domain.lifecycle import Modality, Status
from booking.domain.participants import ParticipantStatus
from booking.errors import (
    NotFound,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
    RuleBroken,
)
from booking.models import Appointment, Participant, Therapist, VideoRoom, db
from booking.queries.practices import the_practice
from booking.services import rooms
from booking.services.booking import Booked
from booking.services.changes import move
from booking.services.parts import Parts
from booking.services.rooms import Call, Entry
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import booked, change
from tests.web.booking_flow import count
from tests.web.staff_pages import another_therapist, the_therapist

pytestmark = pytest.mark.usefixtures("practice")

OPENS = MONDAY_9AM - 10 * MINUTE
CLOSES = MONDAY_9AM + 45 * MINUTE


@pytest.fixture
def video() -> FakeVideo:
    return FakeVideo()


@pytest.fixture
def parts(parts: Parts, video: FakeVideo, practice: None) -> Parts:
    """The parts, with rooms made by a vendor in memory."""
    change(Therapist, the_therapist().id, video_provider="fake")
    return replace(parts, video={**parts.video, "fake": video})


def as_client(made: Booked, parts: Parts, now: object = MONDAY_9AM) -> Entry:
    db.session.rollback()
    return rooms.enter_as_client(made.participant_id, parts=parts, now=now)  # type: ignore[arg-type]


def as_host(made: Booked, parts: Parts, therapist_id: int | None = None) -> Entry:
    own = therapist_id or the_therapist().id
    return rooms.enter_as_host(made.appointment_id, own, parts=parts, now=MONDAY_9AM)


def ref_of(link: str) -> str:
    return link.split("?", maxsplit=1)[0]


def appointment(made: Booked) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, made.appointment_id)


def test_the_door_opens_ten_minutes_early_and_stays_open_a_while(parts: Parts) -> None:
    made = booked(parts)

    assert as_client(made, parts, OPENS).link
    assert as_client(made, parts, CLOSES - MINUTE).link


@pytest.mark.parametrize("now", [OPENS - MINUTE / 60, CLOSES])
def test_the_door_is_shut_before_and_after(parts: Parts, video: FakeVideo, now: object) -> None:
    made = booked(parts)

    with pytest.raises(RuleBroken):
        as_client(made, parts, now)

    assert video.links == []


def test_both_come_into_the_same_room_as_who_they_are(parts: Parts) -> None:
    made = booked(parts)

    client, host = as_client(made, parts).link, as_host(made, parts).link

    assert ref_of(client) == ref_of(host)
    assert "role=guest" in client
    assert "role=host" in host


def test_each_session_has_a_room_of_its_own(parts: Parts, video: FakeVideo) -> None:
    """CASES G1 and G3: as many rooms as sessions, however often people come."""
    made = [booked(parts, starts_at=MONDAY_9AM + n * HOUR) for n in range(3)]

    for each in made * 2:
        as_client(each, parts, appointment(each).starts_at)

    assert len(video.rooms) == 3
    assert len({ref_of(link) for link in video.links}) == 3


def test_a_room_that_is_kept_is_not_asked_for_again(parts: Parts) -> None:
    class Counting(FakeVideo):
        def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
            asked.append(key)
            return super().open_room(key=key, opens_at=opens_at, closes_at=closes_at)

    asked: list[str] = []
    made, counting = booked(parts), replace(parts, video={"fake": Counting()})

    for come_in in (as_client, as_host, as_client):
        come_in(made, counting)

    assert len(asked) == 1


def test_the_vendor_is_never_told_a_name(parts: Parts) -> None:
    made = booked(parts)

    links = as_client(made, parts).link + as_host(made, parts).link

    assert not any(name in links for name in ("Sam", "Reed", "Amara", "Okafor"))


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.CONFIRMED, Status.HELD}])
def test_nobody_comes_into_a_session_that_is_not_confirmed(parts: Parts, status: Status) -> None:
    made = booked(parts)
    change(Appointment, made.appointment_id, status=status)

    with pytest.raises(RuleBroken):
        as_client(made, parts)
    with pytest.raises(RuleBroken):
        as_host(made, parts)


def test_a_phone_session_has_no_room(parts: Parts) -> None:
    made = booked(parts, modality=Modality.PHONE)

    with pytest.raises(RuleBroken):
        as_client(made, parts)


def test_another_therapist_finds_no_such_session(parts: Parts) -> None:
    made = booked(parts)
    bo = another_therapist().id

    with pytest.raises(NotFound):
        as_host(made, parts, bo)


def test_whoever_left_a_session_finds_none(parts: Parts) -> None:
    made = booked(parts)
    change(Participant, made.participant_id, status=ParticipantStatus.LEFT)

    with pytest.raises(NotFound):
        as_client(made, parts)


def test_the_room_is_the_same_after_a_move_and_opens_at_the_new_time(parts: Parts) -> None:
    """CASES G2."""
    made = booked(parts, starts_at=MONDAY_9AM + 24 * HOUR)
    before = as_client(made, parts, MONDAY_9AM + 24 * HOUR).link
    move(made.participant_id, MONDAY_9AM + 48 * HOUR, now=NOW)

    with pytest.raises(RuleBroken):
        as_client(made, parts, MONDAY_9AM + 24 * HOUR)

    assert ref_of(as_client(made, parts, MONDAY_9AM + 48 * HOUR).link) == ref_of(before)


def test_the_booking_stands_while_the_vendor_is_down(parts: Parts, video: FakeVideo) -> None:
    """CASES G4: no room is kept, and the one made later is the only one."""
    made = booked(parts)
    video.down = True
    for come_in in (as_client, as_host):
        with pytest.raises(ProviderUnavailable):
            come_in(made, parts)
    assert appointment(made).status is Status.CONFIRMED
    assert count(VideoRoom) == 0

    video.down = False
    as_client(made, parts)
    as_host(made, parts)

    assert count(VideoRoom) == len(video.rooms) == 1


def test_a_vendor_without_settings_is_as_good_as_down(parts: Parts) -> None:
    made = booked(parts)

    with pytest.raises(ProviderError):
        as_client(made, replace(parts, video={}))


def test_a_standing_room_is_wherever_the_therapist_says_now(parts: Parts) -> None:
    made = booked(parts)
    change(Therapist, the_therapist().id, video_provider="link")
    assert as_client(made, parts) == Entry("https://rooms.example/standing", shared=True)

    change(Therapist, the_therapist().id, standing_room_url="https://rooms.example/new")

    assert as_host(made, parts).link == "https://rooms.example/new"


def test_without_a_standing_room_there_is_none_to_be_had(parts: Parts) -> None:
    made = booked(parts)
    change(Therapist, the_therapist().id, video_provider="link", standing_room_url=None)

    with pytest.raises(ProviderRejected):
        as_client(made, parts)


@pytest.mark.parametrize(
    ("client_calls", "own", "theirs", "expected"),
    [
        (False, "+16025550199", "+12125550123", Call(client_calls=False, number="+12125550123")),
        (True, "+16025550199", "+12125550123", Call(client_calls=True, number="+16025550199")),
        (True, None, "+12125550123", Call(client_calls=True, number="+16025550142")),
        # Without a number of theirs the client rings the desk, not a number that is private.
        (False, "+16025550199", None, Call(client_calls=True, number="+16025550142")),
    ],
)
def test_who_rings_whom(
    parts: Parts, client_calls: bool, own: str | None, theirs: str | None, expected: Call
) -> None:
    made = booked(parts)
    change(Therapist, the_therapist().id, client_calls=client_calls, phone=own)
    change(Participant, made.participant_id, phone=theirs)
    db.session.rollback()

    participant = db.session.get_one(Participant, made.participant_id)
    assert rooms.call(participant, the_practice(db.session())) == expected
