"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("health", __name__)
bp.before_request(anyone)
