"""`stillhour backup` and `stillhour restore`: the whole practice in one file, and back.

SQLite is copied by its own online backup, so the service may go on meanwhile; PostgreSQL by
its own `pg_dump`. The key (SECRET_KEY) is not in the file: keep it apart, since without it
what people wrote cannot be opened and no mailed link works.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import URL, make_url

from booking.models import db
from booking.web.wiring import parts

MINE_ALONE = 0o600
HEAD = b"SQLite format 3\x00"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything the practice keeps into FILE, which must not be there yet."""
    if file.exists():
        raise click.ClickException(f"{file} is there already; nothing was written")
    url = make_url(parts().settings.database_url)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=MINE_ALONE)
    try:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(str(url.database), str(part))
        else:
            _run("pg_dump", url, "--format=custom", f"--file={part}")
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{file} holds everything but SECRET_KEY; keep that apart.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is in the database now.")
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Bring back what FILE holds. Stop the service first."""
    url = make_url(parts().settings.database_url)
    db.session.remove()
    db.engine.dispose()
    if url.get_backend_name() == "sqlite":
        _restore_sqlite(file, Path(str(url.database)), replace=replace)
    else:
        clean = ("--clean", "--if-exists") if replace else ()
        _run("pg_restore", url, "--single-transaction", "--no-owner", *clean, str(file))
    click.echo("Restored. Now: stillhour db upgrade, then start the service.")


def _copy_sqlite(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        if new.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise click.ClickException("the copy is damaged; look at the disk")


def _restore_sqlite(file: Path, database: Path, *, replace: bool) -> None:
    with file.open("rb") as opened:
        if opened.read(len(HEAD)) != HEAD:
            raise click.ClickException(f"{file} is not a backup of SQLite; nothing was changed")
    if database.exists() and not replace:
        raise click.ClickException("there is a database already; add --replace to replace it")
    fresh = database.with_name(database.name + ".restoring")
    fresh.unlink(missing_ok=True)
    _copy_sqlite(str(file), str(fresh))
    fresh.chmod(MINE_ALONE)
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    fresh.rename(database)


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(f"{program} is not installed here")
    # The password goes by the environment: a command line can be read by every user here.
    environment = os.environ | {"PGPASSWORD": str(url.password or "")}
    place = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    target = (place,) if program == "pg_dump" else (f"--dbname={place}",)
    done = subprocess.run([found, *target, *arguments], env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{program} failed; what it said is above")
