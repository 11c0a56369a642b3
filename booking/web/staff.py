"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("staff", __name__, url_prefix="/staff")
bp.before_request(anyone)
