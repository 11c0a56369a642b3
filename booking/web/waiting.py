"""Waiting for a time: the form, one's place in the line, and the answer to what is offered.

The steps are in `waiting_pages`. A GET writes nothing: link scanners may follow every link.
"""

from flask import Blueprint

from booking.web.access import anyone
from booking.web.waiting_pages import answering, joining, place

bp = Blueprint("waiting", __name__)
bp.before_request(anyone)

bp.add_url_rule("/wait/<slug:slug>", "ask", joining.ask, methods=["GET"])
bp.add_url_rule("/wait/<slug:slug>", "join", joining.join, methods=["POST"])
bp.add_url_rule("/w/<token>", "place", place.place, methods=["GET"])
bp.add_url_rule("/w/<token>/keep", "keep", place.keep, methods=["POST"])
bp.add_url_rule("/w/<token>/stop", "stop", place.stop, methods=["POST"])
bp.add_url_rule("/offer/<token>", "offer", answering.offer, methods=["GET"])
bp.add_url_rule("/offer/<token>/take", "take", answering.take, methods=["POST"])
bp.add_url_rule("/offer/<token>/decline", "decline", answering.decline, methods=["POST"])
bp.add_url_rule("/offer/<token>/stop", "stop_all", answering.stop, methods=["POST"])
