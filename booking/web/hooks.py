"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("hooks", __name__, url_prefix="/hooks")
bp.before_request(anyone)
