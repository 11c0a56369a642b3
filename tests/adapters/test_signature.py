"""Whether a form is Twilio's: the documented vector, the official check, and its gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from booking.adapters.sms.signature import (
    is_for_account,
    read_status,
    sign,
    unexpected_fields,
    valid_signature,
)
from booking.domain.receipts import StatusReport

# FACTS: the vector of Twilio's own documentation.
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

HOOK = "https://book.example.org/hooks/twilio/inbound"
INBOUND = {
    "AccountSid": "AC" + "a" * 32,
    "Body": "STOP",
    "From": "+12025550123",
    "FromCity": "",
    "MessageSid": "SM" + "b" * 32,
    "To": "+15005550006",
}
NAMES = st.text("ABCabc_1", min_size=1, max_size=5)


def test_the_documented_vector_is_accepted() -> None:
    assert valid_signature(TOKEN, URL, FORM, SIGNATURE)
    assert sign(TOKEN, URL, FORM) == SIGNATURE


@pytest.mark.parametrize(
    ("token", "url", "change"),
    [
        ("12346", URL, {}),
        (TOKEN, URL.replace("https", "http"), {}),
        (TOKEN, URL + "3", {}),
        (TOKEN, URL.replace("mycompany", "other"), {}),
        (TOKEN, URL, {"Digits": "1235"}),
        (TOKEN, URL, {"Extra": ""}),
    ],
)
def test_any_other_token_address_or_field_is_refused(
    token: str, url: str, change: dict[str, str]
) -> None:
    assert not valid_signature(token, url, {**FORM, **change}, SIGNATURE)


@pytest.mark.parametrize("signature", [None, "", "é", SIGNATURE[:-1], SIGNATURE.lower()])
def test_a_missing_or_mangled_signature_is_refused_without_an_error(signature: str | None) -> None:
    assert not valid_signature(TOKEN, URL, FORM, signature)


def test_without_a_token_nothing_is_valid() -> None:
    assert not valid_signature("", URL, FORM, sign("", URL, FORM))


def test_the_usual_port_may_be_written_or_not() -> None:
    with_port = URL.replace(".com", ".com:443")

    assert valid_signature(TOKEN, with_port, FORM, SIGNATURE)
    assert valid_signature(TOKEN, URL, FORM, sign(TOKEN, with_port, FORM))
    assert not valid_signature(TOKEN, URL.replace(".com", ".com:444"), FORM, SIGNATURE)


def test_empty_fields_are_part_of_what_is_signed() -> None:
    without = {name: value for name, value in INBOUND.items() if value}

    assert sign(TOKEN, HOOK, INBOUND) != sign(TOKEN, HOOK, without)


@given(st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=8), min_size=1))
def test_the_official_check_and_ours_agree(fields: dict[str, str]) -> None:
    official = RequestValidator(TOKEN).compute_signature(HOOK, fields)

    assert sign(TOKEN, HOOK, fields) == official
    assert valid_signature(TOKEN, HOOK, list(fields.items()), official)


def test_a_repeated_name_is_refused() -> None:
    pairs = [*INBOUND.items(), ("From", "+12025550199")]

    assert not valid_signature(TOKEN, HOOK, pairs, sign(TOKEN, HOOK, pairs))


def test_an_address_that_swallowed_the_form_is_refused() -> None:
    signature = sign(TOKEN, HOOK, {"Body": "STOP", "From": "+12025550123"})

    assert not valid_signature(TOKEN, HOOK + "BodySTOPFrom+12025550123", {}, signature)


@pytest.mark.parametrize("value", [None, 1, b"STOP", ["STOP"], "\ud800"])
def test_only_text_is_accepted(value: object) -> None:
    fields: dict[str, str] = {**INBOUND, "Body": value}  # type: ignore[dict-item]

    assert not valid_signature(TOKEN, HOOK, fields, SIGNATURE)


def test_one_signature_fits_two_forms_and_only_the_real_one_is_expected() -> None:
    real = {"Body": "STOP", "From": "+1"}
    forged = {"BodySTOP": "From+1"}
    assert sign(TOKEN, HOOK, real) == sign(TOKEN, HOOK, forged)

    assert unexpected_fields(INBOUND) == ()
    assert unexpected_fields(forged) == ("BodySTOP",)


@pytest.mark.parametrize("name", ["", "Body\n", "From City", "x" * 41, "Größe", "a=b", "A٣"])
def test_a_name_that_is_no_name_is_unexpected(name: str) -> None:
    assert unexpected_fields({**INBOUND, name: "1"}) == (name,)


@pytest.mark.parametrize("name", ["NewField", "FromPlanet", "BodyLanguage", "x" * 40])
def test_a_field_twilio_adds_one_day_does_not_stop_a_stop(name: str) -> None:
    form = {**INBOUND, "OptOutType": "STOP", name: "1"}

    assert unexpected_fields(form) == ()


def test_a_form_is_for_one_account() -> None:
    assert is_for_account(INBOUND, INBOUND["AccountSid"])
    assert not is_for_account(INBOUND, "AC" + "c" * 32)
    assert not is_for_account({}, "AC" + "c" * 32)
    assert not is_for_account({"AccountSid": ""}, "")


def test_a_receipt_is_read_from_its_form() -> None:
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "undelivered", "ErrorCode": "30003"}

    assert read_status(form) == StatusReport("SM" + "0" * 32, "undelivered", "30003")
    assert read_status({**form, "ErrorCode": ""}).error_code == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("MessageSid", "SM1"), ("MessageStatus", ""), ("MessageStatus", "x y"), ("ErrorCode", "-1")],
)
def test_a_receipt_that_makes_no_sense_names_the_field(name: str, value: str) -> None:
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "sent", name: value}

    with pytest.raises(ValueError, match=name):
        read_status(form)
