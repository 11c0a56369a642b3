"""Every command, joined to the application."""

from flask import Flask

from booking.cli import admin, backup, check, closed, practice, serve, therapist


def register(app: Flask) -> None:
    """Add every command to `app`."""
    for command in (
        serve.serve,
        check.check,
        practice.practice,
        closed.closed,
        therapist.therapist,
        admin.admin,
        backup.backup,
        backup.restore,
    ):
        app.cli.add_command(command)
