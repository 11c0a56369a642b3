"""Every page of the site, joined to the application."""

from flask import Flask

from booking.config import Settings
from booking.web import (
    book,
    compression,
    demo,
    errors,
    estimate,
    feeds,
    find,
    health,
    hooks,
    i18n,
    join,
    limits,
    logs,
    manage,
    offers,
    pages,
    paths,
    practice,
    security,
    series,
    waiting,
)
from booking.web.api import calls as api
from booking.web.staff import pages as staff


def register(app: Flask, settings: Settings) -> None:
    """Add every blueprint to `app`; the demo's own pages only where they belong."""
    app.url_map.converters["slug"] = paths.SlugConverter
    app.url_map.converters["token"] = paths.TokenConverter
    # The order is that of the checks on a request; answers pass the other way round.
    compression.register(app)
    logs.register(app, settings)
    security.register(app, settings)
    errors.register(app)
    practice.register(app)
    i18n.register(app, settings)
    health.register(app, settings)
    people = (find, book, waiting, manage, series, offers, estimate, join, feeds)
    ours = (health, pages, *people, staff, hooks, api)
    for module in ours:
        app.register_blueprint(module.bp)
    if settings.demo:
        app.register_blueprint(demo.bp)
    limits.register(app, settings)  # last: it looks at every view there is
