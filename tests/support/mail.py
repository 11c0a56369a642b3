"""A mail sender that keeps what it is given, for tests of the services."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from booking.errors import ProviderError


@dataclass
class MailSpy:
    """Keeps every letter; raises `failure` instead when a test sets one."""

    sent: list[tuple[str, bytes]] = field(default_factory=list)
    attempts: int = 0
    failure: ProviderError | None = None

    def send(self, *, to: str, message: bytes) -> None:
        self.attempts += 1
        if self.failure is not None:
            raise self.failure
        self.sent.append((to, message))

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for _, raw in self.sent]
