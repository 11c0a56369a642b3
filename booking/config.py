"""What the service must be told before it may start: read once, complete or refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ON_OFF = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}
VIDEO_PROVIDERS = frozenset({"jitsi", "jaas", "link", "demo"})
SHORTEST_SECRET = 32


class BadSettings(Exception):
    """Some settings are missing or malformed. `faults` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    account_sid: str
    auth_token: str = field(repr=False)
    messaging_service_sid: str | None = None
    from_number: str | None = None
    api_base_url: str = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class VideoSettings:
    provider: str
    jitsi_url: str | None = None
    jitsi_app_id: str | None = None
    jitsi_app_secret: str | None = field(default=None, repr=False)
    jaas_app_id: str | None = None
    jaas_key_id: str | None = None
    jaas_private_key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the service. `repr` hides what must stay secret."""

    database_url: str = field(repr=False)
    public_url: str
    secret_key: str = field(repr=False)
    data_dir: Path
    mail_from: str | None
    smtp_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    twilio: TwilioSettings | None
    video: VideoSettings
    calendar_hosts: frozenset[str]
    port: int
    sweep_seconds: float
    rate_limits: bool
    demo: bool
    trusted_proxies: int
    log_level: str

    @property
    def secure(self) -> bool:
        """Return whether people reach the service over TLS."""
        return self.public_url.startswith("https://")

    @property
    def dialect(self) -> str:
        return self.database_url.split(":", 1)[0].split("+", 1)[0]

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """Return the settings in `env`; raise `BadSettings` naming every fault at once."""
        reader = _Reader(env)
        demo = reader.switch("DEMO", default=False)
        data_dir = Path(env.get("DATA_DIR") or "var").absolute()
        port = reader.number("PORT", 8000, least=1, most=65535)
        public_url = reader.url("PUBLIC_URL", f"http://127.0.0.1:{port}")
        settings = cls(
            database_url=_database_url(env.get("DATABASE_URL"), data_dir),
            public_url=public_url,
            secret_key=reader.secret("SECRET_KEY", demo=demo),
            data_dir=data_dir,
            mail_from=env.get("MAIL_FROM") or ("demo@stillhour.example" if demo else None),
            smtp_url=env.get("SMTP_URL") or None,
            redis_url=env.get("REDIS_URL") or None,
            twilio=reader.twilio(),
            video=reader.video(demo=demo),
            calendar_hosts=reader.hosts("CALENDAR_HOSTS"),
            port=int(port),
            sweep_seconds=reader.number("SWEEP_SECONDS", 5, least=0.1, most=3600),
            rate_limits=reader.switch("RATE_LIMITS", default=True),
            demo=demo,
            trusted_proxies=int(reader.number("TRUSTED_PROXIES", 0, least=0, most=5)),
            log_level=(env.get("LOG_LEVEL") or "INFO").upper(),
        )
        if demo and urlsplit(public_url).hostname not in LOOPBACK:
            reader.faults.append("DEMO=1 serves this machine only: PUBLIC_URL must be loopback")
        if settings.smtp_url and not settings.mail_from:
            reader.faults.append("MAIL_FROM is needed when SMTP_URL is set")
        if reader.faults:
            raise BadSettings(reader.faults)
        return settings


def _database_url(url: str | None, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'stillhour.sqlite3'}"
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


class _Reader:
    """Reads one environment and collects what is wrong with it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []

    def switch(self, name: str, *, default: bool) -> bool:
        return self._parsed(name, default, lambda text: ON_OFF[text.lower()], "on or off")

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        def parse(text: str) -> float:
            value = float(text)
            if not least <= value <= most:
                raise ValueError(text)
            return value if value % 1 else int(value)

        return self._parsed(name, default, parse, f"a number from {least:g} to {most:g}")

    def url(self, name: str, default: str) -> str:
        def parse(text: str) -> str:
            parts = urlsplit(text)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
                raise ValueError(text)
            return text.rstrip("/")

        return self._parsed(name, default, parse, "an http or https address")

    def hosts(self, name: str) -> frozenset[str]:
        names = (each.strip().lower() for each in self.env.get(name, "").split(","))
        return frozenset(name for name in names if name)

    def secret(self, name: str, *, demo: bool) -> str:
        value = self.env.get(name, "")
        if not value and demo:
            return "demo-only-key-that-guards-nothing-real"
        if len(value) < SHORTEST_SECRET:
            self.faults.append(f"{name} must be set, {SHORTEST_SECRET} characters or longer")
        return value

    def twilio(self) -> TwilioSettings | None:
        sid, token = self.env.get("TWILIO_ACCOUNT_SID"), self.env.get("TWILIO_AUTH_TOKEN")
        service = self.env.get("TWILIO_MESSAGING_SERVICE_SID") or None
        number = self.env.get("TWILIO_FROM") or None
        if not (sid or token or service or number):
            return None
        if not (sid and token and (service or number)):
            self.faults.append(
                "texts need TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and one of "
                "TWILIO_MESSAGING_SERVICE_SID and TWILIO_FROM, or none of them"
            )
            return None
        return TwilioSettings(
            account_sid=sid,
            auth_token=token,
            messaging_service_sid=service,
            from_number=number,
            api_base_url=self.url("TWILIO_API_BASE_URL", "https://api.twilio.com"),
        )

    def video(self, *, demo: bool) -> VideoSettings:
        provider = self.env.get("VIDEO_PROVIDER") or ("demo" if demo else "link")
        needs = {
            "jitsi": ("JITSI_URL", "JITSI_APP_ID", "JITSI_APP_SECRET"),
            "jaas": ("JAAS_APP_ID", "JAAS_KEY_ID", "JAAS_PRIVATE_KEY_FILE"),
        }.get(provider, ())
        if provider not in VIDEO_PROVIDERS or (provider == "demo" and not demo):
            self.faults.append("VIDEO_PROVIDER must be jitsi, jaas or link")
        if missing := [name for name in needs if not self.env.get(name)]:
            self.faults.append(f"VIDEO_PROVIDER={provider} needs {', '.join(missing)}")
        key_file = self.env.get("JAAS_PRIVATE_KEY_FILE")
        return VideoSettings(
            provider=provider,
            jitsi_url=self.env.get("JITSI_URL") or None,
            jitsi_app_id=self.env.get("JITSI_APP_ID") or None,
            jitsi_app_secret=self.env.get("JITSI_APP_SECRET") or None,
            jaas_app_id=self.env.get("JAAS_APP_ID") or None,
            jaas_key_id=self.env.get("JAAS_KEY_ID") or None,
            jaas_private_key_file=Path(key_file) if key_file else None,
        )

    def _parsed(self, name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
        text = self.env.get(name)
        if not text:
            return default
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.faults.append(f"{name} must be {wanted}")
            return default
