"""Keeping passwords as Argon2id hashes, and telling whether one is right."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

LONGEST = 256


class Passwords:
    """By default at the cost argon2-cffi takes from RFC 9106; tests take a lower one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def holds(self, kept: str | None, password: str) -> bool:
        """Return whether `kept` is of that password.

        Without a hash to compare with it takes as long, so that the time does not tell.
        """
        try:
            self._hasher.verify(kept or self._of_nobody(), password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
        return kept is not None

    def _of_nobody(self) -> str:
        if self._nobodys is None:
            self._nobodys = self.hash("nobody's password")
        return self._nobodys
