"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("book", __name__, url_prefix="/book")
bp.before_request(anyone)
