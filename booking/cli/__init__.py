"""Translates the command line: what an operator does to start and keep a practice."""

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to `app`."""
