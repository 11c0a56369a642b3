"""A calendar at an address: what Google, Outlook, Apple and most others offer to subscribe to."""

import hashlib
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking.adapters.busy import Account, Reading
from booking.adapters.busy.asking import NOT_MODIFIED, Answer, Asker, Question
from booking.adapters.busy.expanding import busy_in
from booking.domain.interval import Interval

_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
# What a mark is: what the other side calls this state, when it was made, or what it comes to.
_ETAG, _DATE, _BODY = "etag ", "date ", "body "
# Google writes the moment of asking into every event.
_STAMP = re.compile(rb"^DTSTAMP[:;].*$", re.MULTILINE)
_LONGEST_MARK = 500


@dataclass(frozen=True, slots=True)
class IcsUrl:
    """Reads one file, and asks whether it has changed where the other side can tell."""

    asker: Asker

    def read(self, account: Account, window: Interval, *, zone: ZoneInfo, mark: str) -> Reading:
        headers = {"Accept": _ACCEPT, **_if_changed(mark)}
        answer = self.asker.begin().ask(account, Question("GET", headers))
        if mark and answer.status == NOT_MODIFIED:
            return Reading(mark=mark, unchanged=True)
        new_mark = _mark(answer)
        if new_mark == mark:
            return Reading(mark=mark, unchanged=True)
        found = busy_in([answer.body], window, zone)
        return Reading(found.events, new_mark, found.skipped)


def _if_changed(mark: str) -> dict[str, str]:
    if mark.startswith(_ETAG):
        return {"If-None-Match": mark.removeprefix(_ETAG)}
    if mark.startswith(_DATE):
        return {"If-Modified-Since": mark.removeprefix(_DATE)}
    return {}


def _mark(answer: Answer) -> str:
    for kind, header in ((_ETAG, "etag"), (_DATE, "last-modified")):
        value = answer.header(header)
        if value and len(value) <= _LONGEST_MARK and value.isascii() and value.isprintable():
            return kind + value
    return _BODY + hashlib.sha256(_STAMP.sub(b"", answer.body)).hexdigest()
