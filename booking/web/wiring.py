"""Reaching, from a request, what `app.py` put together."""

from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from booking.models import db
from booking.services.parts import EXTENSION, Parts


def parts() -> Parts:
    """Return the parts of the application that serves this request."""
    return cast("Parts", current_app.extensions[EXTENSION])


def reading() -> Session:
    """Return the request's session, for reading: only services write."""
    return db.session()
