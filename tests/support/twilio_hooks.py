"""How the fake Twilio calls us: a signed form, posted to the public address or where it leads."""

import base64
import hashlib
import hmac
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urldefrag, urlencode

PATIENCE_S = 5
# Loopback is never behind a proxy.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Signature(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a webhook. `status` is 0 where nobody answered."""

    url: str
    fields: Mapping[str, str]
    status: int
    body: str


def signature_of(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Sign as Twilio documents it, apart from the code under test."""
    text = urldefrag(url).url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(
        hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    ).decode()


def post_form(
    url: str,
    fields: Mapping[str, str],
    auth_token: str,
    *,
    signature: Signature = Signature.RIGHT,
    reaches: Mapping[str, str] | None = None,
) -> Call:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
    }
    if signature is not Signature.MISSING:
        token = auth_token if signature is Signature.RIGHT else "not " + auth_token
        headers["X-Twilio-Signature"] = signature_of(token, url, fields)
    request = urllib.request.Request(
        _local(url, reaches or {}), urlencode(fields).encode(), headers, method="POST"
    )
    try:
        with _direct.open(request, timeout=PATIENCE_S) as answer:
            return Call(url, fields, answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Call(url, fields, error.code, error.read().decode())
    except OSError:
        return Call(url, fields, 0, "")


def _local(url: str, reaches: Mapping[str, str]) -> str:
    for public, local in reaches.items():
        if url.startswith(public):
            return local + url.removeprefix(public)
    return url
