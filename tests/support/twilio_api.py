"""The HTTP face of the fake Twilio: the Messages API, with its checks and its ways to fail."""

import base64
import json
import re
import socket
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.support.twilio_forms import Text
from tests.support.twilio_numbers import MAKES_NO_TEXT, REFUSALS, SENDERS, Behaviour

if TYPE_CHECKING:
    from tests.support.twilio import FakeTwilio

MESSAGES = re.compile(r"/2010-04-01/Accounts/(?P<account>[^/]+)/Messages(/(?P<sid>\w+))?\.json")
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
LONGEST_BODY = 1600
BROKEN = {
    Behaviour.HTML_503: (503, b"<html><body>Service Unavailable</body></html>", "text/html"),
    Behaviour.EMPTY_500: (500, b"", "text/plain"),
    Behaviour.GARBLED: (201, b"\x00{not json", "application/json"),
}
SOONEST, LATEST = timedelta(seconds=300), timedelta(days=35)


class Refused(Exception):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = int(code), message, status


class TwilioServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, fake: "FakeTwilio") -> None:
        super().__init__(("127.0.0.1", port), TwilioApi)
        self.fake = fake

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that lost patience: that is what this server is for."""
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.fake.faults.append(error)


class TwilioApi(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: TwilioServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the output of the tests clean."""

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        form = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
        self._guarded("POST", form)

    def do_GET(self) -> None:
        self._guarded("GET", dict(parse_qsl(urlsplit(self.path).query)))

    def _guarded(self, method: str, form: Mapping[str, str]) -> None:
        try:
            match = self._checked_path()
            if method == "GET":
                self._look(match["sid"], form)
            elif match["sid"]:
                self._cancel(match["sid"], form)
            else:
                self._create(form)
        except Refused as refusal:
            self._answer(
                refusal.status,
                {
                    "code": refusal.code,
                    "message": refusal.message,
                    "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
                    "status": refusal.status,
                },
            )

    def _checked_path(self) -> re.Match[str]:
        fake = self.server.fake
        basic = base64.b64encode(f"{fake.account_sid}:{fake.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {basic}":
            raise Refused("20003", "Authenticate", 401)
        match = MESSAGES.fullmatch(urlsplit(self.path).path)
        if match is None or not ACCOUNT.fullmatch(match["account"]):
            raise Refused("20404", "The requested resource was not found", 404)
        if match["account"] != fake.account_sid:
            raise Refused("20003", "Authenticate", 401)
        return match

    def _create(self, form: Mapping[str, str]) -> None:
        fake = self.server.fake
        fake.note_attempt(form, self.client_address[1])
        _check_form(form, fake.clock())
        behaviour = fake.behaviour_for(form["To"])
        if behaviour in REFUSALS:
            # The real one repeats the number in its words, where a log would find it.
            raise Refused(behaviour.value, f"{REFUSALS[behaviour]}: {form['To']}")
        if behaviour is Behaviour.THROTTLED:
            raise Refused("20429", "Too Many Requests", 429)
        if behaviour is Behaviour.PROBLEM_JSON:
            self._problem()
            return
        text = None if behaviour in MAKES_NO_TEXT else fake.accept(form, behaviour)
        if text is not None and behaviour is Behaviour.EARLY:
            fake.report_on(text, wait=True)
        elif text is not None:
            fake.report_on(text)
        self._settle(behaviour, text)

    def _settle(self, behaviour: Behaviour, text: Text | None) -> None:
        full = {} if text is None else text.resource()
        match behaviour:
            case Behaviour.HTML_503 | Behaviour.EMPTY_500 | Behaviour.GARBLED:
                self._send(*BROKEN[behaviour])
            case Behaviour.SILENT | Behaviour.LATE:
                self.server.fake.released.wait()
                self._answer(201, full) if text else self._reset()
            case Behaviour.RESET | Behaviour.RESET_AFTER:
                self._reset()
            case Behaviour.DRIP:
                self._drip(json.dumps(full).encode())
            case Behaviour.NO_SID | Behaviour.ONLY_SID:
                kept = {"status"} if behaviour is Behaviour.NO_SID else {"sid", "status"}
                self._answer(201, {name: full[name] for name in kept})
            case _:
                self._answer(201, full)

    def _look(self, sid: str | None, query: Mapping[str, str]) -> None:
        fake = self.server.fake
        if sid is None:
            self._answer(200, fake.page(query, urlsplit(self.path).path))
            return
        text = fake.text(sid)
        if text is None:
            raise Refused("20404", "The requested resource was not found", 404)
        self._answer(200, text.resource())

    def _cancel(self, sid: str, form: Mapping[str, str]) -> None:
        text = self.server.fake.text(sid)
        if text is None:
            raise Refused("20404", "The requested resource was not found", 404)
        if form.get("Status") != "canceled" or text.status != "scheduled":
            raise Refused("30409", "Message is not in a cancelable state", 409)
        text.status = "canceled"
        self._answer(200, text.resource())

    def _problem(self) -> None:
        body = {
            "type": "https://www.twilio.com/docs/errors/21211",
            "title": "Invalid 'To' Phone Number",
            "status": 400,
            "code": 21211,
        }
        self._send(400, json.dumps(body).encode(), "application/problem+json")

    def _answer(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection &= not self.server.fake.keeps_open

    def _drip(self, body: bytes) -> None:
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            if self.server.fake.released.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def _reset(self) -> None:
        self.close_connection = True
        # Lingering for no time at all makes the system send RST in place of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _check_form(form: Mapping[str, str], now: datetime) -> None:
    if not form.get("To"):
        raise Refused("21604", "A 'To' phone number is required")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        raise Refused("21603", "A 'From' or 'MessagingServiceSid' parameter is required")
    if sender_fault := SENDERS.get(form.get("From", "")):
        raise Refused(sender_fault, "The 'From' phone number is not usable")
    _check_body(form.get("Body", ""))
    if not form.get("ValidityPeriod", "36000").isdigit():
        raise Refused("20001", "Invalid parameter ValidityPeriod")
    if "_" in (urlsplit(form.get("StatusCallback", "")).hostname or ""):
        raise Refused("21609", "The 'StatusCallback' URL is not a valid URL")
    if "SendAt" in form or "ScheduleType" in form:
        _check_schedule(form, now)


def _check_body(body: str) -> None:
    if not body:
        raise Refused("21602", "Message body is required")
    if len(body) > LONGEST_BODY:
        raise Refused("21617", "The concatenated message body exceeds the 1600 character limit")


def _check_schedule(form: Mapping[str, str], now: datetime) -> None:
    if form.get("ScheduleType") != "fixed" or not form.get("MessagingServiceSid"):
        raise Refused("35117", "ScheduleType and MessagingServiceSid are required to schedule")
    try:
        at = datetime.strptime(form.get("SendAt", ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("35114", "SendAt is not a valid time") from None
    if not SOONEST <= at - now <= LATEST:
        raise Refused("35115", "SendAt is out of bounds")
