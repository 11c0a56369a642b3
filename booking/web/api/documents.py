"""What the API says of itself: for programs, and for the people who write them."""

from flask import Response, jsonify, render_template

from booking.web.api.blueprint import bp
from booking.web.api.openapi import document
from booking.web.limits import API_READS, READS, at_most
from booking.web.wiring import parts


@bp.get("/v1/openapi.json")
@at_most(API_READS, methods=READS)
def openapi() -> Response:
    return jsonify(document(parts().settings.public_url))


@bp.get("/docs")
def docs() -> str:
    """Show the document as a page of our own: no script, nothing from elsewhere."""
    return render_template("pages/api_docs.html", api=document(parts().settings.public_url))
