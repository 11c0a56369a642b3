"""What is one vendor's own: claims, settings, addresses, seals."""

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from booking.adapters.video import Role, Room
from booking.adapters.video.jitsi import Jaas, SelfHostedJitsi
from booking.adapters.video.link import StandingRoom, check_room_url
from booking.errors import ProviderRejected
from tests.adapters.test_video import (
    APP_ID,
    APP_SECRET,
    NINE,
    PRIVATE_PEM,
    ROOM_SECRET,
    STANDING,
    UNTIL,
    claims_of,
    demo,
    jaas,
    link_for,
    open_room,
    pem,
    self_hosted,
    token_of,
)

SHORT_PEM = pem(rsa.generate_private_key(65537, 1024))  # noqa: S505 - refused is what it is for


def test_a_self_hosted_token_says_what_jitsi_reads() -> None:
    video = self_hosted()
    room = open_room(video)

    link = link_for(video, room, Role.HOST)

    assert link.startswith(f"https://meet.example.org/{room.ref}?jwt=")
    assert jwt.get_unverified_header(token_of(link))["alg"] == "HS256"
    assert claims_of(link) == {
        "iss": "elm",
        "aud": "jitsi",
        "sub": "meet.example.org",
        "room": room.ref,
        "nbf": int(NINE.timestamp()) - 10,
        "exp": int(UNTIL.timestamp()),
        "context": {"user": {"name": "Host", "moderator": "true", "affiliation": "owner"}},
    }


def test_a_tenant_stands_in_the_address_and_the_token() -> None:
    video = self_hosted(tenant="elm")
    room = open_room(video)

    link = link_for(video, room)

    assert link.startswith(f"https://meet.example.org/elm/{room.ref}?jwt=")
    assert claims_of(link)["sub"] == "elm"


def test_a_jaas_token_says_what_8x8_reads() -> None:
    video = jaas()
    room = open_room(video)

    link = link_for(video, room)

    assert link.startswith(f"https://8x8.vc/{APP_ID}/{room.ref}?jwt=")
    assert jwt.get_unverified_header(token_of(link)) == {
        "alg": "RS256",
        "kid": f"{APP_ID}/k1",
        "typ": "JWT",
    }
    assert claims_of(link) == {
        "iss": "chat",
        "aud": "jitsi",
        "sub": APP_ID,
        "room": room.ref,
        "nbf": int(NINE.timestamp()) - 10,
        "exp": int(UNTIL.timestamp()),
        "context": {
            "user": {"name": "Guest", "moderator": "false", "affiliation": "member"},
            "features": {
                "livestreaming": "false",
                "recording": "false",
                "transcription": "false",
                "outbound-call": "false",
            },
        },
    }


@pytest.mark.parametrize(
    "base_url", ["http://meet.example.org", "https://", "https://user@meet.example.org", "meet"]
)
def test_jitsi_must_be_at_a_plain_https_address(base_url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        self_hosted(base_url)


def test_a_short_jitsi_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SelfHostedJitsi("https://meet.example.org", "elm", "s" * 31, room_secret=ROOM_SECRET)


@pytest.mark.parametrize(
    ("key_id", "private_key", "words"),
    [
        ("vpaas-magic-cookie-other/k1", PRIVATE_PEM, "begin with the app id"),
        (f"{APP_ID}/k1", "no key", "unencrypted PEM"),
        (f"{APP_ID}/k1", SHORT_PEM, "2048 bits"),
        (f"{APP_ID}/k1", pem(ec.generate_private_key(ec.SECP256R1())), "RSA"),
    ],
    ids=["other app", "no key", "short", "no rsa"],
)
def test_a_jaas_key_that_cannot_work_is_refused_at_once(
    key_id: str, private_key: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Jaas(APP_ID, key_id, private_key, room_secret=ROOM_SECRET)


def test_secrets_are_not_shown() -> None:
    shown = repr(self_hosted()) + repr(jaas()) + repr(demo())

    assert [s for s in (APP_SECRET, ROOM_SECRET, "PRIVATE KEY") if s in shown] == []


@given(st.data())
def test_a_demo_token_with_any_letter_changed_lets_nobody_in(data: st.DataObject) -> None:
    video = demo()
    token = link_for(video, open_room(video)).rpartition("/")[2]
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefXY_.-").filter(lambda c: c != token[place]))

    assert video.verify(token[:place] + letter + token[place + 1 :], NINE) is None


@pytest.mark.parametrize("token", ["", ".", "a.host.1.b", "٣" * 40 + ".host.1." + "x" * 43])
def test_what_is_no_demo_token_lets_nobody_in(token: str) -> None:
    assert demo().verify(token, NINE) is None


def test_a_guest_cannot_make_a_host_of_themselves() -> None:
    video = demo()
    token = link_for(video, open_room(video), Role.GUEST).rpartition("/")[2]

    assert video.verify(token.replace(".guest.", ".host."), NINE) is None
    assert video.verify(token, NINE) is not None


def test_the_standing_room_is_the_same_for_everybody_and_for_good() -> None:
    video = StandingRoom()
    room = open_room(video)
    later = NINE + timedelta(days=365)

    assert room.ref == STANDING
    assert {link_for(video, room, role) for role in Role} == {STANDING}
    assert video.join_link(room, role=Role.HOST, name="Host", until=NINE, now=later) == STANDING


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (" https://zoom.us/j/123?pwd=aB%20c#x ", "https://zoom.us/j/123?pwd=aB%20c#x"),
        ("HTTPS://Meet.Example.ORG/Elm", "https://meet.example.org/Elm"),
        ("https://meet.example.org:8443/elm", "https://meet.example.org:8443/elm"),
        ("https://doxy.me/elm", "https://doxy.me/elm"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_room_address_is_kept_as_given_but_for_the_case_of_its_host(url: str, kept: str) -> None:
    assert check_room_url(url) == kept


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("https://example.org/" + "x" * 500, "too_long"),
        ("https://example.org/a b", "characters"),
        ("https://example.org/\r\nSet-Cookie:x", "characters"),
        ("https://example.org\\@evil.org", "characters"),
        ("https://exämple.org/", "characters"),
        ("https://[::1/", "malformed"),
        ("https://example.org:99999/", "malformed"),
        ("http://example.org/elm", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("data:text/html,x", "not_https"),
        ("//example.org/elm", "not_https"),
        ("example.org/elm", "not_https"),
        ("https://zoom.us@evil.org/", "userinfo"),
        ("https://a:b@example.org/", "userinfo"),
        ("https:///elm", "host"),
        ("https://localhost/elm", "host"),
        ("https://router.local/", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://-x.org/", "host"),
    ],
)
def test_an_address_that_is_no_room_is_refused_with_a_code(url: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        check_room_url(url)
    with pytest.raises(ProviderRejected) as refusal:
        StandingRoom().open_room(key=url, opens_at=NINE, closes_at=UNTIL)

    assert refusal.value.code == code


def test_an_address_spoiled_since_is_not_handed_out() -> None:
    with pytest.raises(ProviderRejected):
        link_for(StandingRoom(), Room("link", "javascript:alert(1)"))
