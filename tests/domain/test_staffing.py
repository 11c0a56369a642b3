"""Parts at a diary, freshness, and passwords that are easily guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.domain.browsers import browser_words
from booking.domain.staffing import (
    STAYS_FRESH,
    StaffRole,
    check_password,
    is_fresh,
    parts_at,
    tidy_code,
    works_for,
)

THERAPIST, DESK, ADMIN = StaffRole.THERAPIST, StaffRole.DESK, StaffRole.ADMIN
NOW = datetime(2030, 3, 1, 15, tzinfo=UTC)
OWN, OTHER = 1, 2


@pytest.mark.parametrize(
    ("diary", "own", "given", "parts"),
    [
        (OWN, OWN, {THERAPIST}, {THERAPIST}),
        (OTHER, OWN, {THERAPIST, ADMIN}, {ADMIN}),
        (OWN, OWN, {THERAPIST, DESK}, {THERAPIST, DESK}),
        (OTHER, None, {DESK}, {DESK}),
        (None, None, {ADMIN}, {ADMIN}),
    ],
)
def test_a_therapist_is_one_at_their_own_diary_alone(
    diary: int | None, own: int | None, given: set[StaffRole], parts: set[StaffRole]
) -> None:
    assert parts_at(diary, own, given) == parts


@pytest.mark.parametrize(
    ("chosen", "own", "given", "diary"),
    [
        (OTHER, OWN, {THERAPIST, DESK}, OTHER),
        (OTHER, OWN, {THERAPIST}, OWN),
        (None, OWN, {THERAPIST, ADMIN}, OWN),
        (OTHER, None, {ADMIN}, OTHER),
        (None, None, {DESK}, None),
    ],
)
def test_only_a_front_desk_and_an_admin_choose_a_diary(
    chosen: int | None, own: int | None, given: set[StaffRole], diary: int | None
) -> None:
    assert works_for(chosen, own, given) == diary


def test_a_factor_stays_fresh_for_ten_minutes() -> None:
    assert is_fresh(NOW, now=NOW + STAYS_FRESH - timedelta(seconds=1))
    assert not is_fresh(NOW, now=NOW + STAYS_FRESH)
    assert not is_fresh(None, now=NOW)


@pytest.mark.parametrize(
    "password",
    [
        "lantern orbit velvet tuba",
        "keine gute Idee!",
        "839204417562",
        "пароль от моего дома",
        "Amara likes lanterns",
        "xq7vbbtrplmw",
    ],
)
def test_what_is_long_and_ones_own_is_taken_as_it_is(password: str) -> None:
    assert check_password(password, about=["Amara Okafor"]) == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("elevenchars", "too_short"),
        ("x" * 257, "too_long"),
        ("password1234", "common"),
        ("Passw0rd!2030", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("qwertyuiop12345", "common"),
        ("123456789012", "common"),
        ("summer2030!!", "common"),
        ("amara-okafor-1", "common"),
        ("amara@alder.example", "common"),
        ("abcdefghijklmnop", "common"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        check_password(password, about=["Amara J. Okafor", "amara@alder.example"])


def test_codes_may_be_typed_with_spaces_and_dashes() -> None:
    assert tidy_code(" 12 34-56 ") == "123456"
    assert tidy_code("abcd\u2013efgh") == "ABCDEFGH"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko Firefox/130.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit Chrome/120 Safari/537 Edg/120", "Edge, Mac"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/17 Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537", "Chrome, Android"),
        ("curl/8.0", ""),
        ("<script>Firefox", "Firefox"),
    ],
)
def test_a_browser_is_named_in_two_words_and_never_quoted(said: str, words: str) -> None:
    assert browser_words(said) == words
