"""Whether a form posted to us is Twilio's, and what it may contain.

Twilio signs the address and every field, but joins names and values without separators, so
one signature fits several forms: `Body=STOP` and `BodySTOP=` sign alike. The official check
also fails with a TypeError when the signature is missing. Both gaps are closed here. A
signature carries no time; a form sent again is told apart by its MessageSid alone.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, urlsplit

from booking.domain.receipts import StatusReport

Fields = Mapping[str, str] | Iterable[tuple[str, str]]

# A form that lacks one of these may hold it in disguise, cut in another place.
_GUARDED = frozenset(
    {"AccountSid", "Body", "ErrorCode", "From", "MessageSid", "MessageStatus", "OptOutType", "To"}
)
KNOWN_FIELDS = _GUARDED | frozenset(
    {
        "AddOns", "ApiVersion", "ButtonPayload", "ButtonText", "ChannelInstallSid",
        "ChannelMetadata", "ChannelPrefix", "ChannelStatusMessage", "ChannelToAddress",
        "DateCreated", "DateSent", "ErrorMessage", "EventType", "Forwarded",
        "FrequentlyForwarded", "FromCity", "FromCountry", "FromState", "FromZip", "Latitude",
        "Longitude", "MessageType", "MessagingServiceSid", "NumMedia", "NumSegments",
        "ProfileName", "RawDlrDoneDate", "ReferralBody", "SmsMessageSid", "SmsSid", "SmsStatus",
        "StructuredMessage", "ToCity", "ToCountry", "ToState", "ToZip", "WaId",
    }
)  # fmt: skip
_FIELD_NAME = re.compile(r"[A-Za-z0-9_]{1,40}", re.ASCII)
_REFERENCE = re.compile(r"(SM|MM)[0-9a-f]{32}", re.ASCII)
_STATUS = re.compile(r"[a-z_]{1,40}", re.ASCII)
_ERROR_CODE = re.compile(r"[0-9]{0,10}", re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}


def valid_signature(auth_token: str, url: str, fields: Fields, signature: str | None) -> bool:
    """Return whether `signature` is Twilio's over `url` and `fields`.

    `url` is the public address, built from configuration and not from the request. A form that
    is empty, repeats a name or holds anything but text is refused: Twilio sends none such.
    """
    pairs = _pairs(fields)
    if not (auth_token and signature and pairs) or not _plain(pairs):
        return False
    given = signature.encode(errors="replace")
    # Whether the port is part of what was signed depends on who built the address.
    return any(
        hmac.compare_digest(_signature(auth_token, form, pairs), given) for form in _spellings(url)
    )


def sign(auth_token: str, url: str, fields: Fields) -> str:
    """Return the signature Twilio would send with `fields` posted to `url`."""
    return _signature(auth_token, url, _pairs(fields)).decode()


def unexpected_fields(fields: Fields) -> tuple[str, ...]:
    """Return the names in a signed form that call for refusing it, sorted.

    Twilio adds fields without notice, so a new name passes if it is well formed and is not
    what a missing field of ours, glued to its value, would look like.
    """
    names = {name for name, _ in _pairs(fields)}
    return tuple(sorted(name for name in names - KNOWN_FIELDS if _suspect(name, names)))


def is_for_account(fields: Mapping[str, str], account_sid: str) -> bool:
    """Return whether the form speaks of the account called `account_sid`."""
    return bool(account_sid) and hmac.compare_digest(
        fields.get("AccountSid", "").encode(), account_sid.encode()
    )


def read_status(fields: Mapping[str, str]) -> StatusReport:
    """Return the receipt in a status form; raise `ValueError` naming the field that is unusable."""
    wanted = {"MessageSid": _REFERENCE, "MessageStatus": _STATUS, "ErrorCode": _ERROR_CODE}
    for name, pattern in wanted.items():
        if not pattern.fullmatch(fields.get(name, "")):
            raise ValueError(f"unusable {name}")
    return StatusReport(
        reference=fields["MessageSid"],
        status=fields["MessageStatus"],
        error_code=fields.get("ErrorCode", ""),
    )


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    return list(fields.items() if isinstance(fields, Mapping) else fields)


def _plain(pairs: list[tuple[str, str]]) -> bool:
    names = [name for name, _ in pairs]
    return len(names) == len(set(names)) and all(
        map(_is_text, (part for pair in pairs for part in pair))
    )


def _is_text(part: object) -> bool:
    if not isinstance(part, str):
        return False
    # A lone surrogate has no bytes to sign.
    return not any("\ud800" <= character <= "\udfff" for character in part)


def _signature(auth_token: str, url: str, pairs: list[tuple[str, str]]) -> bytes:
    signed = url + "".join(name + value for name, value in sorted(pairs))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest)


def _spellings(url: str) -> set[str]:
    parts = urlsplit(url)
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or parts.port not in {None, default}:
        return {url}
    host = parts.netloc.removesuffix(f":{default}")
    return {url, _at(parts, host), _at(parts, f"{host}:{default}")}


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()


def _suspect(name: str, names: set[str]) -> bool:
    if not _FIELD_NAME.fullmatch(name):
        return True
    return any(name.startswith(field) for field in _GUARDED - names)
