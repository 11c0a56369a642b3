"""Passkeys: what a device is asked to make or to sign, and whether it did (WebAuthn level 2).

A device must verify its user (by PIN, finger or face), so that one passkey is two factors.
The library is loaded when it is first needed: most processes never do.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST_ANSWER = 16_000
# Browsers drop a question that is older; so do we.
TIMEOUT_MS = 300_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose passkey is to be made; `handle` says nothing about them."""

    handle: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device answered, so far unproved: which key, to which challenge, for whom."""

    text: str
    credential_id: bytes
    challenge: bytes
    handle: str


class Passkeys:
    """Those of one site. Where it is reached by a bare address, browsers know none."""

    def __init__(self, public_url: str) -> None:
        place = urlsplit(public_url)
        self._host = place.hostname or ""
        self._origin = f"{place.scheme}://{place.netloc}"

    @property
    def work_here(self) -> bool:
        try:
            ip_address(self._host)
        except ValueError:
            return True
        return False

    def to_make(self, challenge: bytes, owner: Owner, *, site: str, known: Sequence[bytes]) -> str:
        """Return, as JSON, what to ask a device that is to make a key."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=site,
            user_id=owner.handle.encode(),
            user_name=owner.email,
            user_display_name=owner.name,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=key) for key in known],
        )
        return webauthn.options_to_json(options)

    def to_sign(self, challenge: bytes, *, known: Sequence[bytes] = ()) -> str:
        """Return, as JSON, what to ask a device that is to sign; with `known`, by one of those."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers import structs  # noqa: PLC0415

        options = webauthn.generate_authentication_options(
            rp_id=self._host,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(id=key) for key in known],
        )
        return webauthn.options_to_json(options)

    def made(self, answer: Answer) -> Kept:
        """Return the key that was made; raise `ValueError` for an answer that does not prove it."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        try:
            found = webauthn.verify_registration_response(
                credential=answer.text,
                expected_challenge=answer.challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise ValueError("not proved") from error
        return Kept(found.credential_id, found.credential_public_key, found.sign_count)

    def signed(self, answer: Answer, kept: Kept) -> int:
        """Return the key's new count; raise `ValueError` for an answer that does not prove it."""
        import webauthn  # noqa: PLC0415
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        try:
            found = webauthn.verify_authentication_response(
                credential=answer.text,
                expected_challenge=answer.challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=kept.public_key,
                credential_current_sign_count=kept.sign_count,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise ValueError("not proved") from error
        return found.new_sign_count


def read(text: str) -> Answer:
    """Read a device's answer, as a browser sends it; raise `ValueError` for what is none."""
    if len(text) > LONGEST_ANSWER:
        raise ValueError("too long")
    try:
        document = json.loads(text)
        response = document["response"]
        client = json.loads(_bytes(response["clientDataJSON"]))
        handle = _bytes(response.get("userHandle") or "").decode()
        return Answer(text, _bytes(document["rawId"]), _bytes(client["challenge"]), handle)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("no answer of a device") from error


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
