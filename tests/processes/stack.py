"""The service as a practice with several machines runs it: web, worker and beat, on Redis."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from redis import Redis as RedisClient
from redis.exceptions import RedisError

from tests.processes.site import Site, practice
from tests.support.processes import Program, beat, free_port, running, web, worker
from tests.support.programs import redis_program
from tests.support.smtp import SmtpServer, smtp_server
from tests.support.twilio import FakeTwilio


@dataclass
class Broker:
    """A Redis server at one port that can fall silent, die, and come back empty."""

    port: int
    folder: Path
    _life: ExitStack = field(default_factory=ExitStack)
    _program: Program | None = None

    def start(self) -> None:
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        command = (str(redis_program()), *place, "--save", "")
        self._program = self._life.enter_context(
            running(command, env={}, folder=self.folder, name="redis")
        )
        self._program.wait_for(self._answers, 30)

    def stop(self) -> None:
        self._life.close()

    def fall_silent(self) -> None:
        """Stop it where it stands: connections are taken, and nothing is ever answered."""
        assert self._program is not None
        self._program.process.send_signal(signal.SIGSTOP)

    def speak_again(self) -> None:
        assert self._program is not None
        self._program.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with RedisClient(port=self.port, socket_timeout=5) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


@dataclass(frozen=True, slots=True)
class Stack:
    """Web and beat are running, and no worker yet: tests start their own."""

    site: Site
    url: str
    broker: Broker
    smtp: SmtpServer
    twilio: FakeTwilio
    programs: tuple[Program, Program]

    @contextmanager
    def worker(self, smtp: SmtpServer | None = None) -> Iterator[Program]:
        """Run a worker that mails through `smtp`, by default the stack's own."""
        more = {"SMTP_URL": smtp.url} if smtp is not None else {}
        with worker({**self.site.env, **more}, folder=self.site.folder) as program:
            yield program


@contextmanager
def production(app: Flask, folder: Path) -> Iterator[Stack]:
    """Run all but the worker as the Procfile says, on `app`'s database."""
    with ExitStack() as stack:
        broker = Broker(free_port(), folder)
        stack.callback(broker.stop)
        broker.start()
        smtp = stack.enter_context(smtp_server())
        twilio = stack.enter_context(FakeTwilio())
        port = str(free_port())
        site = practice(
            app,
            folder,
            PORT=port,
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            REDIS_URL=f"redis://127.0.0.1:{broker.port}/0",
            RATE_LIMITS="on",
            SMTP_URL=smtp.url,
            TWILIO_ACCOUNT_SID=twilio.account_sid,
            TWILIO_AUTH_TOKEN=twilio.auth_token,
            TWILIO_FROM=twilio.number,
            TWILIO_API_BASE_URL=twilio.url,
            NO_PROXY="127.0.0.1",
        )
        server = stack.enter_context(web(site.env, folder=folder))
        clock = stack.enter_context(beat(site.env, folder=folder))
        yield Stack(site, server.url, broker, smtp, twilio, (server.program, clock))
