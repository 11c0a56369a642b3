"""Sealing what a person wrote, so that a copy of the database does not tell it."""

import base64
import hashlib
import json

from cryptography.fernet import Fernet, InvalidToken


class Sealer:
    """Seals text and small documents under a key drawn from the service's secret."""

    def __init__(self, secret_key: str) -> None:
        key = hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"stillhour seal")
        self._fernet = Fernet(base64.urlsafe_b64encode(key.digest()))
        mark = hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"stillhour mark")
        self._mark = mark.digest()

    def mark(self, text: str) -> str:
        """Return what can be compared with later and, without our key, not guessed back."""
        return hashlib.blake2b(text.encode(), digest_size=32, key=self._mark).hexdigest()

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def seal_or_none(self, text: str | None) -> bytes | None:
        return self.seal(text) if text else None

    def open(self, sealed: bytes | None) -> str:
        """Return what was sealed; nothing sealed, or under another key, is the empty string."""
        if sealed is None:
            return ""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return ""

    def seal_document(self, document: dict[str, object]) -> bytes:
        return self.seal(json.dumps(document, separators=(",", ":")))

    def open_document(self, sealed: bytes | None) -> dict[str, object]:
        text = self.open(sealed)
        return dict(json.loads(text)) if text else {}
