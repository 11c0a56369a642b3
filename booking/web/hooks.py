"""What the carrier's gateway posts to us: texts that came in, and receipts for ours.

Nobody is let in but by the gateway's signature, over the public address and every field.
"""

import re

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from booking.adapters.sms.signature import (
    is_for_account,
    read_status,
    unexpected_fields,
    valid_signature,
)
from booking.clock import utcnow
from booking.services import messages
from booking.web.access import anyone
from booking.web.wiring import parts

bp = Blueprint("hooks", __name__, url_prefix="/hooks/twilio")
bp.before_request(anyone)

_ATTEMPT = re.compile(r"[0-9a-f]{32}", re.ASCII)
_REFERENCE = re.compile(r"(SM|MM)[0-9a-f]{32}", re.ASCII)
# Short codes text us too, but nobody there waits for an answer.
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_NOTHING, _FORBIDDEN, _MALFORMED = 204, 403, 400
_FORM = "application/x-www-form-urlencoded"


@bp.post("/inbound")
def inbound() -> ResponseReturnValue:
    """Take in a text and answer in TwiML, perhaps with a text in return."""
    fields = _signed_fields()
    reference, phone = fields.get("MessageSid", ""), fields.get("From", "")
    if not _REFERENCE.fullmatch(reference):
        abort(_MALFORMED)
    if not _PHONE.fullmatch(phone):
        return _twiml(None)
    reply = messages.inbound(reference, phone=phone, body=fields.get("Body", ""), now=utcnow())
    # Where the gateway has told us which keyword it was, it has answered it as well.
    return _twiml(None if fields.get("OptOutType") else reply)


@bp.post("/status/<attempt>")
def status(attempt: str) -> ResponseReturnValue:
    """Take in a receipt; one for an attempt we do not know is answered the same."""
    fields = _signed_fields()
    if not _ATTEMPT.fullmatch(attempt):
        abort(_MALFORMED)
    try:
        report = read_status(fields)
    except ValueError:
        abort(_MALFORMED)
    messages.record_status(attempt, report, now=utcnow())
    return "", _NOTHING


def _signed_fields() -> dict[str, str]:
    """Return the form if it is ours to read; otherwise end the request."""
    twilio = parts().settings.twilio
    if twilio is None or request.mimetype != _FORM or request.query_string:
        abort(_FORBIDDEN)
    pairs = list(request.form.items(multi=True))
    signature = request.headers.get("X-Twilio-Signature")
    # The address as the gateway was given it, whatever name the request came in under.
    url = parts().settings.public_url + request.path
    if not valid_signature(twilio.auth_token, url, pairs, signature):
        abort(_FORBIDDEN)
    fields = dict(pairs)
    if not is_for_account(fields, twilio.account_sid) or unexpected_fields(pairs):
        abort(_FORBIDDEN)
    return fields


def _twiml(reply: str | None) -> Response:
    answer = f"<Message>{escape(reply)}</Message>" if reply else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{answer}</Response>'
    return Response(body, mimetype="text/xml")
