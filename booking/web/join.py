"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("join", __name__, url_prefix="/join")
bp.before_request(anyone)
