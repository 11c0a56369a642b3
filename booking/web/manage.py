"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("manage", __name__, url_prefix="/b")
bp.before_request(anyone)
