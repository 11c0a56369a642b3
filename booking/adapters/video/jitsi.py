"""Jitsi Meet, on the practice's own server or as 8x8's service (JaaS).

A room exists while people are in it; there is nothing to make or end. Who may come in, when
and as what is said by a signed token (JWT, RFC 7519) in the link alone.
"""

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from booking.adapters.video import Role, Room, check_until, check_vendor, room_name

JAAS_URL = "https://8x8.vc"
# A token begins a little early, since two servers never agree on the time.
CLOCK_SLACK = timedelta(seconds=10)
SHORTEST_HS256_KEY = 32  # bytes; RFC 7518, 3.2
SMALLEST_RSA_KEY = 2048  # bits; RFC 7518, 3.3
AFFILIATIONS = {Role.HOST: "owner", Role.GUEST: "member"}
NEVER = "false"


class _Jitsi(ABC):
    vendor: str
    shared_room = False
    room_secret: str

    def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
        return Room(self.vendor, room_name(self.room_secret, key))

    def join_link(
        self, room: Room, *, role: Role, name: str, until: datetime, now: datetime
    ) -> str:
        check_vendor(room, self.vendor)
        check_until(until, now)
        claims = {
            **self._issuer(),
            "room": room.ref,
            "nbf": int((now - CLOCK_SLACK).timestamp()),
            "exp": int(until.timestamp()),
            "context": self._context(role, name),
        }
        return f"{self._address()}/{room.ref}?{urlencode({'jwt': self._signed(claims)})}"

    def close_room(self, room: Room) -> None:  # noqa: B027 - nothing to do is the whole of it
        """Do nothing: the room ends when its people leave, and its tokens end by themselves."""

    def _context(self, role: Role, name: str) -> dict[str, object]:
        # Jitsi reads these as text: a true false would be taken for a missing claim.
        moderator = "true" if role is Role.HOST else NEVER
        return {"user": {"name": name, "moderator": moderator, "affiliation": AFFILIATIONS[role]}}

    @abstractmethod
    def _issuer(self) -> dict[str, object]: ...

    @abstractmethod
    def _address(self) -> str: ...

    @abstractmethod
    def _signed(self, claims: dict[str, object]) -> str: ...


@dataclass(frozen=True, eq=False)
class SelfHostedJitsi(_Jitsi):
    """Jitsi on a server of the practice, at `base_url`, with token authentication.

    The server must take the role from the token (Prosody's token_affiliation module); without
    it every holder of a token may become moderator.
    """

    base_url: str
    app_id: str
    app_secret: str = field(repr=False)
    _: KW_ONLY
    room_secret: str = field(repr=False)
    audience: str = "jitsi"
    tenant: str | None = None

    vendor = "jitsi"

    def __post_init__(self) -> None:
        base = urlsplit(self.base_url)
        if base.scheme != "https" or not base.hostname or base.username is not None:
            raise ValueError("Jitsi must be at an https address")
        if len(self.app_secret.encode()) < SHORTEST_HS256_KEY:
            raise ValueError(f"the Jitsi secret must be {SHORTEST_HS256_KEY} bytes or longer")

    def _issuer(self) -> dict[str, object]:
        subject = self.tenant or urlsplit(self.base_url).hostname
        return {"iss": self.app_id, "aud": self.audience, "sub": subject}

    def _address(self) -> str:
        base = self.base_url.rstrip("/")
        return f"{base}/{quote(self.tenant, safe='')}" if self.tenant else base

    def _signed(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self.app_secret, algorithm="HS256")


@dataclass(frozen=True, eq=False)
class Jaas(_Jitsi):
    """Jitsi as a service. `key_id` is the whole id, "<app id>/<key>", as 8x8 shows it."""

    app_id: str
    key_id: str
    private_key: str = field(repr=False)
    _: KW_ONLY
    room_secret: str = field(repr=False)

    vendor = "jaas"

    def __post_init__(self) -> None:
        if not self.key_id.startswith(f"{self.app_id}/"):
            raise ValueError("the JaaS key id must begin with the app id")
        if self._key.key_size < SMALLEST_RSA_KEY:
            raise ValueError(f"the JaaS key must have {SMALLEST_RSA_KEY} bits or more")

    def _issuer(self) -> dict[str, object]:
        return {"iss": "chat", "aud": "jitsi", "sub": self.app_id}

    def _context(self, role: Role, name: str) -> dict[str, object]:
        # Nothing said in a session is kept or carried elsewhere, whatever the account allows.
        features = ("livestreaming", "recording", "transcription", "outbound-call")
        return {**super()._context(role, name), "features": dict.fromkeys(features, NEVER)}

    def _address(self) -> str:
        return f"{JAAS_URL}/{quote(self.app_id, safe='')}"

    def _signed(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id})

    @cached_property
    def _key(self) -> RSAPrivateKey:
        try:
            key = load_pem_private_key(self.private_key.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("the JaaS key must be an unencrypted PEM private key") from None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the JaaS key must be an RSA key")  # noqa: TRY004 - a setting, not a type
        return key
