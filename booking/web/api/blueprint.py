"""The blueprint every call of the API hangs from."""

from flask import Blueprint

from booking.web.access import anyone

bp = Blueprint("api", __name__, url_prefix="/api")
bp.before_request(anyone)
