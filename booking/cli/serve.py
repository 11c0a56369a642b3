"""`stillhour serve`: migrate, in the demo make the practice, and serve."""

import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from booking.clock import utcnow
from booking.demo.seed import seed
from booking.models import db
from booking.services.parts import Parts
from booking.web.wiring import parts

WELCOME = """
Stillhour is serving a demo practice. Everything in it is made up.

  Book as a client      {url}/find
  Come in as staff      {url}/demo/sign-in
  Read mails and texts  {url}/demo/mailbox
  The API               {url}/api/docs

Data stays in {data}. Ctrl-C stops it.
"""


@click.command()
@with_appcontext
def serve() -> None:
    """Bring the database up to date and serve; with DEMO=1, a practice to try things in."""
    found = parts()
    upgrade()
    if found.settings.demo:
        seed(found, now=utcnow())
        click.echo(_welcome(found))
    db.session.remove()
    db.engine.dispose()
    server = ("-m", "gunicorn", "-c", "python:booking.web.server", "app:create_app()")
    os.chdir(current_app.root_path)
    os.execv(sys.executable, (sys.executable, *server))  # noqa: S606  # our own interpreter


def _welcome(found: Parts) -> str:
    settings = found.settings
    return WELCOME.format(url=settings.public_url, data=settings.data_dir)
