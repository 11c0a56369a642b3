"""The page of a standing hour, `/s/<token>`, for one of its members. See `series_pages`.

A GET changes nothing, since mail scanners follow links; every act is a POST from a page that
has shown which dates it touches.
"""

from flask import Blueprint

from booking.web.access import anyone
from booking.web.series_pages import agreement, changing, ending, feeds, page, pausing, resuming

bp = Blueprint("series", __name__)
bp.before_request(anyone)

bp.add_url_rule("/s/<token>", "show", page.show, methods=["GET"])
bp.add_url_rule("/s/<token>/confirm", "confirm", page.confirm, methods=["POST"])
bp.add_url_rule("/s/<token>/estimate", "estimate", page.estimate, methods=["POST"])
bp.add_url_rule("/s/<token>/feed", "make_feed", feeds.make, methods=["POST"])
bp.add_url_rule("/s/<token>/feed/end", "end_feed", feeds.end, methods=["POST"])
bp.add_url_rule("/s/<token>/agreement", "agreement", agreement.show, methods=["GET"])
bp.add_url_rule("/s/<token>/agreement", "agree", agreement.accept, methods=["POST"])
bp.add_url_rule("/s/<token>/change", "choose_change", changing.choose, methods=["GET"])
bp.add_url_rule("/s/<token>/change/look", "look", changing.look, methods=["GET"])
bp.add_url_rule("/s/<token>/change", "change", changing.do, methods=["POST"])
bp.add_url_rule("/s/<token>/pause", "ask_pause", pausing.ask, methods=["GET"])
bp.add_url_rule("/s/<token>/pause", "pause", pausing.do, methods=["POST"])
bp.add_url_rule("/s/<token>/resume", "ask_resume", resuming.ask, methods=["GET"])
bp.add_url_rule("/s/<token>/resume", "resume", resuming.do, methods=["POST"])
bp.add_url_rule("/s/<token>/end", "ask_end", ending.ask, methods=["GET"])
bp.add_url_rule("/s/<token>/end", "end", ending.do, methods=["POST"])
bp.add_url_rule("/s/<token>/leave", "ask_leave", ending.ask_leave, methods=["GET"])
bp.add_url_rule("/s/<token>/leave", "leave", ending.leave_series, methods=["POST"])
