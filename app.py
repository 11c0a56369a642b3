"""The application: read the settings, build the parts, join them. Wiring only."""

import os
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from booking.cli import commands
from booking.config import BadSettings, Settings
from booking.models import db
from booking.models.dialects import engine_options, prepare_engine
from booking.services.parts import EXTENSION, Parts
from booking.web import site
from workers import celery_app

ROOT = Path(__file__).parent


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, by default those of the environment.

    Raises `BadSettings` naming every setting that is missing or malformed.
    """
    settings = settings or Settings.read(os.environ)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask("stillhour", root_path=str(ROOT))
    app.config.update(_flask_config(settings))
    app.extensions[EXTENSION] = Parts.build(settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    celery_app.init(app, settings)
    site.register(app, settings)
    commands.register(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": 256 * 1024,
        "MAX_FORM_MEMORY_SIZE": 128 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure,
        "TEMPLATES_AUTO_RELOAD": False,
    }


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
)
def stillhour() -> None:
    """Run and look after a Stillhour practice. Settings are read from the environment."""


def cli() -> None:
    """Run the `stillhour` command; say which settings are wrong, if any are."""
    try:
        stillhour(prog_name="stillhour")
    except BadSettings as wrong:
        for fault in wrong.faults:
            click.echo(f"stillhour: {fault}", err=True)
        sys.exit(2)
