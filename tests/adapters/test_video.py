"""One set of promises, kept by every vendor; what a shared room cannot promise it declares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from booking.adapters.video import Role, Room, VideoProvider
from booking.adapters.video.demo import DemoVideo
from booking.adapters.video.fake import FakeVideo
from booking.adapters.video.jitsi import Jaas, SelfHostedJitsi
from booking.adapters.video.link import StandingRoom
from booking.errors import ProviderRejected, ProviderUnavailable

NINE = datetime(2027, 3, 15, 13, 0, tzinfo=UTC)
UNTIL = NINE + timedelta(minutes=5)
ROOM_SECRET = "r" * 32
APP_SECRET = "s" * 32
APP_ID = "vpaas-magic-cookie-0123456789abcdef"
KEY = "appointment-4711"
STANDING = "https://rooms.example.org/elm?pwd=x1"
TELLING = ("appointment", "4711", "therap", "session", "consult", "mental", "psych", "client")


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE_PEM = pem(PRIVATE)


def self_hosted(base_url: str = "https://meet.example.org", **changes: str) -> SelfHostedJitsi:
    return SelfHostedJitsi(base_url, "elm", APP_SECRET, room_secret=ROOM_SECRET, **changes)


def jaas() -> Jaas:
    return Jaas(APP_ID, f"{APP_ID}/k1", PRIVATE_PEM, room_secret=ROOM_SECRET)


def demo() -> DemoVideo:
    return DemoVideo("http://127.0.0.1:8000", ROOM_SECRET)


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["jwt"][0]


def claims_of(link: str) -> dict[str, object]:
    """Check the seal as the vendor would, but leave the clock to `lets_in`."""
    token = token_of(link)
    key = APP_SECRET if jwt.get_unverified_header(token)["alg"] == "HS256" else PRIVATE.public_key()
    claims: dict[str, object] = jwt.decode(
        token,
        key,
        algorithms=["HS256", "RS256"],
        audience="jitsi",
        options={"verify_exp": False, "verify_nbf": False},
    )
    return claims


Admission = tuple[str, Role] | None


def jitsi_lets_in(link: str, at: datetime) -> Admission:
    claims = claims_of(link)
    user = claims["context"]["user"]  # type: ignore[index]
    if not claims["nbf"] <= at.timestamp() < claims["exp"]:  # type: ignore[operator]
        return None
    assert (user["moderator"] == "true") == (user["affiliation"] == "owner")
    assert urlsplit(link).path.endswith(f"/{claims['room']}")
    return str(claims["room"]), Role.HOST if user["moderator"] == "true" else Role.GUEST


def demo_lets_in(link: str, at: datetime) -> Admission:
    return demo().verify(link.rpartition("/")[2], at)


def fake_lets_in(link: str, at: datetime) -> Admission:
    query = parse_qs(urlsplit(link).query)
    if at.timestamp() >= int(query["until"][0]):
        return None
    return urlsplit(link).path.removeprefix("/"), Role(query["role"][0])


@dataclass(frozen=True)
class Vendor:
    """How to make one, and how its link is read on the other side."""

    make: Callable[[], VideoProvider]
    lets_in: Callable[[str, datetime], Admission]


PRIVATE_ROOMS = {
    "fake": Vendor(FakeVideo, fake_lets_in),
    "jitsi": Vendor(self_hosted, jitsi_lets_in),
    "tenant": Vendor(lambda: self_hosted(tenant="elm"), jitsi_lets_in),
    "jaas": Vendor(jaas, jitsi_lets_in),
    "demo": Vendor(demo, demo_lets_in),
}
EVERY = [*(vendor.make for vendor in PRIVATE_ROOMS.values()), StandingRoom]
every_vendor = pytest.mark.parametrize("make", EVERY, ids=[*PRIVATE_ROOMS, "link"])
private_rooms = pytest.mark.parametrize("vendor", PRIVATE_ROOMS.values(), ids=PRIVATE_ROOMS)


def open_room(video: VideoProvider, key: str = KEY) -> Room:
    key = STANDING if video.shared_room else key
    return video.open_room(key=key, opens_at=NINE, closes_at=NINE + timedelta(hours=1))


def link_for(video: VideoProvider, room: Room, role: Role = Role.GUEST) -> str:
    return video.join_link(room, role=role, name=role.name.title(), until=UNTIL, now=NINE)


class TestEveryVendor:
    @every_vendor
    def test_a_key_opens_one_room_however_often(self, make: Callable[[], VideoProvider]) -> None:
        video = make()

        assert open_room(video) == open_room(video) == open_room(make())

    @every_vendor
    def test_a_room_bears_its_vendor(self, make: Callable[[], VideoProvider]) -> None:
        video = make()

        assert open_room(video).vendor == video.vendor

    @every_vendor
    def test_closing_twice_does_nothing_more(self, make: Callable[[], VideoProvider]) -> None:
        video = make()
        room = open_room(video)

        video.close_room(room)
        video.close_room(room)

        assert open_room(video) == room

    @every_vendor
    def test_another_vendors_room_is_turned_down(self, make: Callable[[], VideoProvider]) -> None:
        with pytest.raises(ProviderRejected) as refusal:
            link_for(make(), Room("carrier pigeon", "r1"))

        assert refusal.value.code == "other_vendor"

    @every_vendor
    def test_nothing_that_leaves_tells_who_or_what_for(
        self, make: Callable[[], VideoProvider]
    ) -> None:
        video = make()
        room = open_room(video)
        links = [link_for(video, room, role) for role in Role]

        said = [room.ref, *map(unquote, links)]
        said += [repr(claims_of(link)) for link in links if "jwt=" in link]

        assert [word for text in said for word in TELLING if word in text.lower()] == []


class TestRoomsOfTheirOwn:
    @private_rooms
    def test_n_keys_make_n_rooms(self, vendor: Vendor) -> None:
        video = vendor.make()

        rooms = {open_room(video, f"appointment-{number}") for number in range(50)}

        assert len(rooms) == 50

    @private_rooms
    @pytest.mark.parametrize("role", list(Role))
    def test_a_link_lets_in_to_its_room_in_its_role(self, vendor: Vendor, role: Role) -> None:
        video = vendor.make()
        room = open_room(video)

        assert vendor.lets_in(link_for(video, room, role), NINE) == (room.ref, role)

    @private_rooms
    def test_a_link_dies_at_its_time(self, vendor: Vendor) -> None:
        video = vendor.make()
        link = link_for(video, open_room(video))

        assert vendor.lets_in(link, UNTIL - timedelta(seconds=1)) is not None
        assert vendor.lets_in(link, UNTIL) is None

    @private_rooms
    def test_a_link_that_would_be_dead_is_not_made(self, vendor: Vendor) -> None:
        video = vendor.make()
        room = open_room(video)

        with pytest.raises(ValueError, match="end before it begins"):
            video.join_link(room, role=Role.GUEST, name="Guest", until=NINE, now=NINE)

    @private_rooms
    def test_a_room_name_tells_nothing_and_folds_no_case(self, vendor: Vendor) -> None:
        ref = open_room(vendor.make()).ref

        assert len(ref) == 40
        assert set(ref) <= set("0123456789abcdef")


def test_only_the_standing_room_is_shared() -> None:
    assert [make().vendor for make in EVERY if make().shared_room] == ["link"]


def test_another_practices_rooms_have_other_names() -> None:
    other = DemoVideo("http://127.0.0.1:8000", "q" * 32)

    assert open_room(other) != open_room(demo())


def test_a_fake_that_is_down_does_nothing() -> None:
    video = FakeVideo()
    room = open_room(video)
    video.down = True

    for act in (lambda: open_room(video), lambda: link_for(video, room)):
        with pytest.raises(ProviderUnavailable):
            act()
    with pytest.raises(ProviderUnavailable):
        video.close_room(room)


def test_a_fake_room_that_is_closed_lets_nobody_in() -> None:
    video = FakeVideo()
    room = open_room(video)
    video.close_room(room)

    with pytest.raises(ProviderRejected):
        link_for(video, room)
