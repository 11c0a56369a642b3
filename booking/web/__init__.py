"""Translates HTTP: parse, one service or query, render. No rules."""

from flask import Flask

from booking.config import Settings
from booking.web import api, book, demo, find, health, hooks, join, manage, pages, staff


def register(app: Flask, settings: Settings) -> None:
    """Add every blueprint to `app`; the demo's own pages only where they belong."""
    for module in (health, pages, find, book, manage, join, staff, hooks, api):
        app.register_blueprint(module.bp)
    if settings.demo:
        app.register_blueprint(demo.bp)
