"""A device that makes passkeys and signs with them, in software: WebAuthn level 2, ES256."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def in_letters(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """One device with one key. `verifies` says whether it asks for a PIN or a finger.

    One that is kept in several places (`counts` false) says each time that it never signed.
    """

    origin: str
    host: str
    verifies: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = b"c" * 32
    handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, question: str) -> str:
        """Return the answer to what a page asks that wants a new key."""
        asked = json.loads(question)
        self.handle = urlsafe_b64decode(asked["user"]["id"] + "==")
        client = self._client("webauthn.create", asked["challenge"])
        public = self.key.public_key().public_numbers()
        cose = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: public.x.to_bytes(32, "big"),
                -3: public.y.to_bytes(32, "big"),
            }
        )
        length = len(self.credential_id).to_bytes(2, "big")
        said = self._data(HAS_KEY) + bytes(16) + length + self.credential_id + cose
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        return self._answer(
            {"clientDataJSON": in_letters(client), "attestationObject": in_letters(attested)}
        )

    def sign(self, question: str) -> str:
        """Return the answer to what a page asks that wants a signature."""
        asked = json.loads(question)
        self.count += self.counts
        client, said = self._client("webauthn.get", asked["challenge"]), self._data(0)
        signed = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": in_letters(client),
                "authenticatorData": in_letters(said),
                "signature": in_letters(signed),
                "userHandle": in_letters(self.handle),
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        key_id = in_letters(self.credential_id)
        answer = {"id": key_id, "rawId": key_id, "type": "public-key", "response": response}
        return json.dumps(answer)
