"""The page of an appointment, `/b/<token>`, and its calendar file. See `manage_pages`.

A GET changes nothing, since mail scanners follow links; every act is a POST from the page.
"""

from flask import Blueprint

from booking.web.access import anyone
from booking.web.manage_pages import calendars, cancelling, feeds, leaving, moving, page

bp = Blueprint("manage", __name__)
bp.before_request(anyone)

bp.add_url_rule("/b/<token>", "show", page.show, methods=["GET"])
bp.add_url_rule("/b/<token>/confirm", "confirm", page.confirm, methods=["POST"])
bp.add_url_rule("/b/<token>/address", "correct", page.correct, methods=["POST"])
bp.add_url_rule("/b/<token>/send-again", "resend", page.resend, methods=["POST"])
bp.add_url_rule("/b/<token>/move", "choose_move", moving.choose, methods=["GET"])
bp.add_url_rule("/b/<token>/move", "move", moving.take, methods=["POST"])
bp.add_url_rule("/b/<token>/cancel", "ask_cancel", cancelling.ask, methods=["GET"])
bp.add_url_rule("/b/<token>/cancel", "cancel", cancelling.do, methods=["POST"])
bp.add_url_rule("/b/<token>/undo", "undo", cancelling.undo, methods=["POST"])
bp.add_url_rule("/b/<token>/leave", "ask_leave", leaving.ask, methods=["GET"])
bp.add_url_rule("/b/<token>/leave", "leave", leaving.do, methods=["POST"])
bp.add_url_rule("/b/<token>/come-back", "come_back", leaving.undo, methods=["POST"])
bp.add_url_rule("/b/<token>/feed", "make_feed", feeds.make, methods=["POST"])
bp.add_url_rule("/b/<token>/feed/end", "end_feed", feeds.end, methods=["POST"])
bp.add_url_rule("/c/<token>.ics", "file", calendars.file, methods=["GET"])
