"""Booking on the web: `/book/<slug>` and the steps that follow. The steps are in `booking_pages`.

A GET holds nothing and writes nothing: link scanners and prefetchers may follow every link.
"""

from flask import Blueprint

from booking.errors import OfferEnded
from booking.web.access import anyone
from booking.web.booking_pages import about, checking, choosing, groups, holding, offered

bp = Blueprint("book", __name__, url_prefix="/book")
bp.before_request(anyone)
bp.register_error_handler(OfferEnded, offered.to_the_offer)

bp.add_url_rule("/<slug:slug>", "choose", choosing.choose, methods=["GET"])
bp.add_url_rule("/<slug:slug>", "take", choosing.take, methods=["POST"])
bp.add_url_rule("/<slug:slug>/group/<group>", "group", groups.look, methods=["GET"])
bp.add_url_rule("/<slug:slug>/group/<group>", "join", groups.join, methods=["POST"])
bp.add_url_rule("/<slug:slug>/about/<token>", "about", about.about, methods=["GET"])
bp.add_url_rule("/<slug:slug>/about/<token>", "tell", about.tell, methods=["POST"])
bp.add_url_rule("/<slug:slug>/check/<token>", "check", checking.check, methods=["GET"])
bp.add_url_rule("/<slug:slug>/check/<token>", "book", checking.book, methods=["POST"])
bp.add_url_rule("/<slug:slug>/keep/<token>", "keep", holding.keep, methods=["POST"])
