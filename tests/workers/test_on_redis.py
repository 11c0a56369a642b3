"""The real thing: Redis, a Celery worker and a beat as processes, SMTP and a Twilio on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis as RedisClient
from sqlalchemy import select, update

from booking.clock import utcnow
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.reminders import QuietHours, is_open
from booking.domain.zones import zone
from booking.models import Message, db
from booking.models.dialects import begin_writing
from booking.services.booking import book
from booking.services.identity import prove_address
from booking.services.parts import EXTENSION
from tests import factories
from tests.databases import migrated, settings_for
from tests.support.processes import beat, wait_until, worker
from tests.support.servers import redis
from tests.support.smtp import SmtpServer, smtp_server
from tests.support.twilio import FakeTwilio

PATIENCE_S = 60
AROUND_THE_WORLD = (
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/London",
)
SAM = "+12125550123"


@dataclass(frozen=True)
class World:
    app: Flask
    smtp: SmtpServer
    twilio: FakeTwilio
    redis_url: str
    env: dict[str, str]
    folder: Path

    def programs(self, stack: ExitStack) -> None:
        """Start worker and beat, as the Procfile says."""
        stack.enter_context(worker(self.env, folder=self.folder))
        stack.enter_context(beat(self.env, folder=self.folder))

    def state(self, kind: MessageKind, channel: Channel) -> MessageState:
        with self.app.app_context():
            query = select(Message.state).filter_by(kind=kind, channel=channel)
            return db.session.scalars(query).one()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with redis() as queue, smtp_server() as smtp, FakeTwilio() as twilio:
        env = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "only for tests, and long enough to be taken",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "MAIL_FROM": "Alder Street <hello@alder.example>",
            "REDIS_URL": queue.url,
            "SMTP_URL": smtp.url,
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_FROM": twilio.number,
            "TWILIO_API_BASE_URL": twilio.url,
            "SWEEP_SECONDS": "0.3",
            "VIDEO_PROVIDER": "link",
            "NO_PROXY": "127.0.0.1",
        }
        app = migrated(settings_for(env["DATABASE_URL"], tmp_path, **env))
        yield World(app, smtp, twilio, queue.url, env, tmp_path)
        with app.app_context():
            db.engine.dispose()


def book_with_a_text_due(app: Flask) -> None:
    """Book from where it is day, prove the address, and let the reminder be due now."""
    with app.app_context():
        factories.practice()
        amara = factories.amara()
        for weekday in (5, 6):
            factories.weekly(amara, weekday=weekday)
        now = utcnow()
        day = (now + timedelta(days=3)).replace(hour=16, minute=0, second=0, microsecond=0)
        guest = factories.guest(sms_consent=True, time_zone=_where_it_is_day(now))
        made = book(
            factories.wish(starts_at=day, guest=guest),
            key=factories.key(),
            parts=app.extensions[EXTENSION],
            now=now,
        )
        prove_address(made.participant_id, now=now)
        session = db.session()
        session.rollback()
        begin_writing(session)
        session.execute(update(Message).where(Message.channel == Channel.SMS).values(due_at=now))
        session.commit()


def _where_it_is_day(now: datetime) -> str:
    return next(
        name
        for name in AROUND_THE_WORLD
        if all(is_open(at, zone(name), QuietHours()) for at in (now, now + timedelta(minutes=10)))
    )


def everything_arrived(world: World) -> bool:
    return len(world.smtp.received) == 2 and len(world.twilio.sent) == 1


def test_a_mail_and_a_text_go_out_through_the_real_programs(world: World) -> None:
    with ExitStack() as stack:
        world.programs(stack)
        book_with_a_text_due(world.app)

        wait_until(lambda: everything_arrived(world), PATIENCE_S, "both mails and the text")
        wait_until(
            lambda: world.state(MessageKind.REMINDER, Channel.SMS) is MessageState.SENT,
            PATIENCE_S,
            "the text is settled",
        )

    recipients = sorted(address for each in world.smtp.received for address in each.rcpt_tos)
    assert recipients == ["amara@alder.example", "sam@example.org"]
    assert world.twilio.sent[0].to == SAM
    assert "/hooks/twilio/status/" in world.twilio.sent[0].form["StatusCallback"]
    logs = "".join(path.read_text() for path in world.folder.glob("*.log"))
    assert "Sam" not in logs
    assert "example.org" not in logs
    assert SAM not in logs
    assert "/b/" not in logs


def test_f6_losing_what_redis_holds_loses_nothing(world: World) -> None:
    """Beat has queued the work and no worker has begun it, when Redis forgets everything."""
    with RedisClient.from_url(world.redis_url) as queue, ExitStack() as stack:
        stack.enter_context(beat(world.env, folder=world.folder))
        book_with_a_text_due(world.app)
        wait_until(lambda: queue.llen("celery"), PATIENCE_S, "a sweep is queued")
        queue.flushall()
        stack.enter_context(worker(world.env, folder=world.folder))

        wait_until(lambda: everything_arrived(world), PATIENCE_S, "both mails and the text")

    assert len(world.twilio.attempts) == 1


def test_two_workers_and_two_beats_send_everything_once(world: World) -> None:
    with ExitStack() as stack:
        world.programs(stack)
        stack.enter_context(worker(world.env, folder=world.folder))
        other = world.folder / "other"
        other.mkdir()
        stack.enter_context(beat({**world.env, "DATA_DIR": str(other)}, folder=world.folder))
        book_with_a_text_due(world.app)

        wait_until(lambda: everything_arrived(world), PATIENCE_S, "both mails and the text")
        with RedisClient.from_url(world.redis_url) as queue:
            wait_until(lambda: queue.llen("celery") == 0, PATIENCE_S, "the queue is empty")

    assert everything_arrived(world)
    assert len(world.twilio.attempts) == 1
