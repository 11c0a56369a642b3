"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("demo", __name__, url_prefix="/demo")
bp.before_request(anyone)
