"""A sender for the tests of services: it keeps what it was given, and fails when told to."""

from dataclasses import dataclass
from datetime import datetime

from booking.errors import ProviderError, ProviderUnavailable


@dataclass(frozen=True, slots=True)
class SentText:
    to: str
    body: str
    callback_url: str | None
    reference: str


class FakeSms:
    """Keeps every accepted text in `sent`; while `down`, nothing can be sent or looked up."""

    vendor = "fake"

    def __init__(self) -> None:
        self.sent: list[SentText] = []
        self.down = False
        self.attempts = 0
        self._failures: list[tuple[ProviderError, bool]] = []

    def fail_next(self, error: ProviderError, *, accepted: bool = False, times: int = 1) -> None:
        """Raise `error` from the next `times` sends; keep the text all the same if `accepted`."""
        self._failures.extend([(error, accepted)] * times)

    def send(self, *, to: str, body: str, callback_url: str | None) -> str:
        self.attempts += 1
        self._check_up()
        error, accepted = self._failures.pop(0) if self._failures else (None, True)
        reference = f"SM{self.attempts:032x}"
        if accepted:
            self.sent.append(SentText(to, body, callback_url, reference))
        if error is not None:
            raise error
        return reference

    def find(self, *, to: str, body: str, since: datetime) -> str | None:
        """Look among all texts: the fake has no clock to compare `since` with."""
        self._check_up()
        matches = [text for text in reversed(self.sent) if (text.to, text.body) == (to, body)]
        return matches[0].reference if matches else None

    def _check_up(self) -> None:
        if self.down:
            raise ProviderUnavailable("fake: down")
