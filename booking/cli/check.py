"""`stillhour check`: try every setting for real, and say what is wrong in words."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from redis import Redis, RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from booking.adapters.mail.smtp import SmtpMail
from booking.clock import utcnow
from booking.domain.neutral import telling
from booking.domain.zones import TZDATA_VERSION
from booking.errors import NotFound, ProviderError
from booking.models import SessionType, Therapist, TherapistLicence, WeeklyRule, db
from booking.queries.practices import the_practice
from booking.services.parts import Parts
from booking.web.wiring import parts

Finding = tuple[bool, str]


@click.command()
@with_appcontext
def check() -> None:
    """Try the database, mail, texts, Redis and video, and look the practice over.

    Exits with 1 if something stands in the way of a real start.
    """
    found = parts()
    fine = True
    for look in (_settings, _database, _practice, _mail, _texts, _redis, _video):
        for good, said in look(found):
            click.echo(f"{'ok  ' if good else 'LOOK'}  {said}")
            fine = fine and good
    if not fine:
        raise SystemExit(1)


def _settings(found: Parts) -> Iterator[Finding]:
    settings = found.settings
    yield (
        settings.secure,
        f"PUBLIC_URL is {settings.public_url}"
        + ("" if settings.secure else ": people must reach you over https"),
    )
    yield not settings.demo, "DEMO is on: made-up data" if settings.demo else "DEMO is off"
    yield True, f"zone data is {TZDATA_VERSION}"


def _database(_found: Parts) -> Iterator[Finding]:
    try:
        with db.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        yield False, "the database does not answer: look at DATABASE_URL"
        return
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    newest = at == head
    said = f"database {db.engine.dialect.name} is at revision {at}"
    yield newest, said if newest else f"{said}, not {head}: run stillhour db upgrade"


def _practice(_found: Parts) -> Iterator[Finding]:
    try:
        practice = the_practice(db.session())
    except (NotFound, SQLAlchemyError):
        yield False, "there is no practice yet: stillhour practice --help"
        return
    told = telling(practice.outside_name)
    yield (
        not told,
        f"outside name is {practice.outside_name!r}"
        + (f": it says {', '.join(told)}" if told else ""),
    )
    for therapist in db.session.scalars(select(Therapist).filter_by(active=True)):
        missing = [
            word
            for word, table in (
                ("hours", WeeklyRule),
                ("a licence", TherapistLicence),
                ("a session type", SessionType),
            )
            if not _any_of(table, therapist)
        ]
        yield (
            not missing,
            f"{therapist.slug} "
            + (f"still needs {' and '.join(missing)}" if missing else "can be booked"),
        )


def _any_of(table: type[WeeklyRule | TherapistLicence | SessionType], of: Therapist) -> bool:
    return db.session.scalars(select(table.id).filter_by(therapist_id=of.id)).first() is not None


def _mail(found: Parts) -> Iterator[Finding]:
    if not isinstance(found.mail, SmtpMail):
        yield found.settings.demo, f"mail is {found.channels['email']}: set SMTP_URL and MAIL_FROM"
        return
    yield _tried("the mail server", found.mail.check)


def _texts(found: Parts) -> Iterator[Finding]:
    if found.settings.twilio is None or found.sms is None:
        yield True, f"texts are {found.channels['sms']}; their consent is not asked"
        return
    sms = found.sms
    since = utcnow() - timedelta(minutes=1)
    yield _tried("Twilio", lambda: sms.find(to="+15005550006", body="check", since=since))


def _redis(found: Parts) -> Iterator[Finding]:
    url = found.settings.redis_url
    if url is None:
        yield True, "no REDIS_URL: worker and beat run inside the one web process"
        return
    client = Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
    yield _tried("Redis", client.ping)


def _video(found: Parts) -> Iterator[Finding]:
    name = found.settings.video.provider
    if name != "link":
        yield name in found.video, f"video is {name}"
        return
    try:
        query = select(Therapist.slug).filter_by(active=True, standing_room_url=None)
        roomless = db.session.scalars(query).all()
    except SQLAlchemyError:
        return
    yield (
        not roomless,
        "video is each therapist's standing room"
        + (f"; none is set for {', '.join(roomless)}" if roomless else ""),
    )


def _tried(what: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except (ProviderError, RedisError, smtplib.SMTPException, OSError) as error:
        return False, f"{what} does not take us: {type(error).__name__}"
    return True, f"{what} answers"
