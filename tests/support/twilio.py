"""A Twilio on loopback that behaves, and misbehaves, as the real one does.

    with FakeTwilio() as twilio:
        sms = TwilioSms(twilio.account_sid, twilio.auth_token, from_number=twilio.number,
                        api_base_url=twilio.url)

As a process of its own: `python -m tests.support.twilio --port P`.
"""

import argparse
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from booking.clock import utcnow
from tests.support.twilio_api import TwilioServer
from tests.support.twilio_forms import Text, inbound_fields, status_fields
from tests.support.twilio_hooks import Call, Signature, post_form
from tests.support.twilio_numbers import NUMBERS, Behaviour, Receipt, receipts_of

ACCOUNT_SID = "AC" + "a1" * 16
AUTH_TOKEN = "b2" * 16
NUMBER = "+15005550006"
ENDS_WITHIN_S = 30


@dataclass
class FakeTwilio:
    """Give `clock` where the code under test does not live by the real one.

    `reaches` maps public addresses to local ones: callbacks are signed for the first and
    posted to the second.
    """

    port: int = 0
    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    number: str = NUMBER
    clock: Callable[[], datetime] = utcnow
    reaches: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sent: list[Text] = []
        self.attempts: list[Mapping[str, str]] = []
        self.callbacks: list[Call] = []
        self.opted_out: set[str] = set()
        self.list_lags = False
        self.keeps_open = False  # even the connections it was asked to close
        self.ports: list[int] = []  # the client's, one an attempt
        self.faults: list[Exception] = []
        self.released = threading.Event()
        self._scripts: dict[str, list[Behaviour]] = {}
        self._changed = threading.Condition(threading.RLock())
        self._posts: SimpleQueue[Callable[[], object] | None] = SimpleQueue()

    def __enter__(self) -> Self:
        self._server = TwilioServer(self.port, self)
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True),
            threading.Thread(target=self._post_all, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._posts.put(None)
        self._server.shutdown()
        for thread in self._threads:
            thread.join(ENDS_WITHIN_S)
            assert not thread.is_alive(), f"the fake is still at work: {thread.name}"
        self._server.server_close()
        if kind is None and self.faults:
            raise ExceptionGroup("the fake itself failed", self.faults)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def behave(self, to: str, *behaviours: Behaviour) -> None:
        """Treat the next texts to `to` so, one behaviour each; the last one stays."""
        with self._changed:
            self._scripts[to] = list(behaviours)

    def release(self) -> None:
        """Let every answer that is being held back go out."""
        self.released.set()

    def wait_for(self, condition: Callable[["FakeTwilio"], bool], timeout_s: float = 10) -> None:
        """Return once `condition` holds; it is tried whenever anything happens here."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), timeout_s):
                raise AssertionError(
                    f"never came: {len(self.sent)} sent, {len(self.attempts)} attempts, "
                    f"callbacks {[(call.fields, call.status) for call in self.callbacks]}"
                )

    def wait_for_sent(self, count: int) -> list[Text]:
        self.wait_for(lambda fake: len(fake.sent) >= count)
        return list(self.sent)

    def wait_for_callbacks(self, count: int) -> list[Call]:
        self.wait_for(lambda fake: len(fake.callbacks) >= count)
        return list(self.callbacks)

    def wait_for_status(self, status: str) -> Call:
        """Return the first callback that reported `status` and was answered."""
        found: list[Call] = []

        def reported(fake: "FakeTwilio") -> bool:
            found.extend(c for c in fake.callbacks if c.fields.get("MessageStatus") == status)
            return bool(found)

        self.wait_for(reported)
        return found[0]

    def inbound(
        self,
        url: str,
        *,
        sender: str,
        body: str,
        sid: str | None = None,
        signature: Signature = Signature.RIGHT,
        extra: Mapping[str, str] | None = None,
    ) -> Call:
        """Post a text from `sender` to the webhook at `url` and return how it was answered.

        The words STOP, START and HELP do to this account what they do to a real one.
        """
        fields = inbound_fields(
            sid or f"SM{len(self.callbacks) + 1:030x}ff",
            self.account_sid,
            sender=sender,
            number=self.number,
            body=body,
        )
        if fields.get("OptOutType") == "STOP":
            self.opted_out.add(sender)
        elif fields.get("OptOutType") == "START":
            self.opted_out.discard(sender)
        return self.post(url, {**fields, **(extra or {})}, signature)

    def report(
        self,
        text: Text,
        receipt: Receipt,
        *,
        signature: Signature = Signature.RIGHT,
        sid: str | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Call:
        """Post one receipt for `text` now and return how it was answered."""
        text.status, text.error_code = receipt.status, receipt.error_code
        fields = {**status_fields(text, self.number, sid=sid), **(extra or {})}
        return self.post(text.form["StatusCallback"], fields, signature)

    def post(self, url: str, fields: Mapping[str, str], signature: Signature) -> Call:
        call = post_form(url, fields, self.auth_token, signature=signature, reaches=self.reaches)
        with self._changed:
            self.callbacks.append(call)
            self._changed.notify_all()
        return call

    # What follows is for the server.

    def note_attempt(self, form: Mapping[str, str], port: int) -> None:
        with self._changed:
            self.ports.append(port)
            self.attempts.append(form)
            self._changed.notify_all()

    def behaviour_for(self, to: str) -> Behaviour:
        with self._changed:
            if to in self.opted_out:
                return Behaviour.OPTED_OUT
            script = self._scripts.setdefault(to, [NUMBERS.get(to, Behaviour.NORMAL)])
            if script[0] is Behaviour.THROTTLED_TWICE:
                script[:1] = [Behaviour.THROTTLED, Behaviour.THROTTLED, Behaviour.NORMAL]
            return script.pop(0) if len(script) > 1 else script[0]

    def accept(self, form: Mapping[str, str], behaviour: Behaviour) -> Text:
        status = "accepted" if form.get("MessagingServiceSid") else "queued"
        if "SendAt" in form:
            status = "scheduled"
        with self._changed:
            sid = f"SM{len(self.sent) + 1:032x}"
            text = Text(sid, self.account_sid, form, self.clock(), behaviour, status)
            self.sent.append(text)
            self._changed.notify_all()
        return text

    def text(self, sid: str) -> Text | None:
        return next((text for text in list(self.sent) if text.sid == sid), None)

    def page(self, query: Mapping[str, str], path: str) -> dict[str, object]:
        """Return one page of texts, newest first; none while the list lags behind."""
        size, number = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        texts = [
            text
            for text in reversed([] if self.list_lags else list(self.sent))
            if query.get("To") in {None, text.to}
            and query.get("From") in {None, text.form.get("From")}
        ]
        more = urlencode({**query, "Page": number + 1})
        return {
            "messages": [t.resource() for t in texts[number * size : (number + 1) * size]],
            "page": number,
            "page_size": size,
            "next_page_uri": f"{path}?{more}" if len(texts) > (number + 1) * size else None,
        }

    def report_on(self, text: Text, *, wait: bool = False) -> None:
        """Have the receipts of `text` posted, in the order and the way of its behaviour."""
        if "StatusCallback" not in text.form or text.status == "scheduled":
            return
        wrong = text.behaviour is Behaviour.WRONG_SIGNATURE
        other = "SM" + "f" * 32 if text.behaviour is Behaviour.UNKNOWN_SID else None
        new = {"NewField": "1"} if text.behaviour is Behaviour.EXTRA_FIELDS else None

        def post(receipt: Receipt) -> None:
            signature = Signature.WRONG if wrong else Signature.RIGHT
            self.report(text, receipt, signature=signature, sid=other, extra=new)

        for receipt in receipts_of(text.behaviour):
            if wait:
                post(receipt)
            else:
                self._posts.put(partial(post, receipt))

    def _post_all(self) -> None:
        while (post := self._posts.get()) is not None:
            post()


def main() -> None:
    parser = argparse.ArgumentParser(description="A Twilio on loopback for tests.")
    parser.add_argument("--port", type=int, default=4010)
    with FakeTwilio(port=parser.parse_args().port) as twilio:
        sys.stdout.write(
            f"Twilio on {twilio.url}, account {twilio.account_sid}, token {twilio.auth_token}, "
            f"number {twilio.number}\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
