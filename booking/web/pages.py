"""To be filled in."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("pages", __name__)
bp.before_request(anyone)
