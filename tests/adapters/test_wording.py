"""Every message in words: neutral outside, plain inside, and safe whatever a name holds."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.adapters.wording.estimate_facts import ForEstimate
from booking.adapters.wording.facts import (
    Entry,
    ForClient,
    ForLostLinks,
    ForSignIn,
    ForText,
    ForTherapist,
    ForTouched,
    House,
    Occasion,
)
from booking.adapters.wording.frames import TEMPLATES
from booking.adapters.wording.mails import AnyFacts, mail
from booking.adapters.wording.names import dollars, initials
from booking.adapters.wording.texts import reply, text
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.neutral import telling
from booking.domain.texts import Word, is_gsm7, segments
from booking.domain.zones import zone
from tests.adapters.series_facts import OF_SERIES, series_facts_for
from tests.adapters.waiting_facts import OF_WAITING, waiting_facts_for

STARTS = datetime(2026, 11, 4, 0, 0, tzinfo=UTC)
PHOENIX, NEW_YORK = zone("America/Phoenix"), zone("America/New_York")
HOSTILE = "<script>alert(1)</script> %(name)s {{ house }}"
HOUSE = House("Alder Street", "602-555-0142")
TEXTED = [kind for kind in MessageKind if (TEMPLATES / "sms" / f"{kind}.jinja").is_file()]
TOKEN = "a" * 54


def occasion(modality: Modality = Modality.VIDEO, *, reader_calls: bool = False) -> Occasion:
    return Occasion(
        starts_at=STARTS,
        ends_at=STARTS + timedelta(minutes=50),
        zone=PHOENIX,
        other_zone=NEW_YORK,
        modality=modality,
        number="212-555-0123",
        reader_calls=reader_calls,
    )


def for_client(name: str = "Amara", **values: object) -> ForClient:
    defaults: dict[str, object] = {
        "house": HOUSE,
        "occasion": occasion(),
        "therapist": name,
        "now": STARTS - timedelta(days=3),
        "manage_url": f"https://book.example/b/{TOKEN}",
        "join_url": f"https://book.example/join/{TOKEN}",
        "cancel_until": STARTS - timedelta(days=1),
        "move_until": STARTS - timedelta(days=1),
        "fee": "$50",
        "answer_by": STARTS - timedelta(days=2),
    }
    return ForClient(**defaults | values)  # type: ignore[arg-type]


OF_A_PAGE: dict[MessageKind, ForSignIn | ForEstimate] = {
    MessageKind.SIGN_IN: ForSignIn(HOUSE, f"https://book.example/staff/sign-in/{TOKEN}", 15),
    MessageKind.ESTIMATE: ForEstimate(HOUSE, f"https://book.example/e/{TOKEN}"),
}


def facts_for(kind: MessageKind, name: str = "Amara") -> AnyFacts:
    if kind in OF_SERIES | OF_WAITING:
        gathered = series_facts_for if kind in OF_SERIES else waiting_facts_for
        return gathered(kind, name)
    if kind in OF_A_PAGE:
        return OF_A_PAGE[kind]
    if kind is MessageKind.TIME_OFF:
        page = "https://book.example/b/1"
        moving = (Entry(occasion(), f"{page}/move"),)
        off = (occasion(), occasion(Modality.PHONE))
        return ForTouched(
            house=HOUSE, therapist=name, manage_url=page, cancelled=off, to_move=moving
        )
    if kind is MessageKind.LINKS:
        return ForLostLinks(HOUSE, (Entry(occasion(), "https://book.example/b/1"),) * 2)
    if kind.is_for_therapist:
        return ForTherapist(
            house=HOUSE,
            occasion=occasion(Modality.PHONE, reader_calls=True),
            client=name,
            now=STARTS,
            staff_url="https://book.example/staff",
        )
    return for_client(name)


@pytest.mark.parametrize("kind", list(MessageKind))
def test_no_mail_tells_what_it_is_about(kind: MessageKind) -> None:
    words = mail(kind, facts_for(kind), "en")

    assert telling(words.subject) == []
    assert telling(words.text) == []
    assert "Amara" not in words.subject


@pytest.mark.parametrize("kind", list(MessageKind))
def test_a_hostile_name_stays_a_name(kind: MessageKind) -> None:
    words = mail(kind, facts_for(kind, HOSTILE), "en")

    assert "<script" not in words.html
    assert "{{" not in words.subject
    assert "\n" not in words.subject


@pytest.mark.parametrize("kind", list(MessageKind))
def test_a_mail_fetches_nothing_and_reads_in_order(kind: MessageKind) -> None:
    words = mail(kind, facts_for(kind), "en")

    assert re.findall(r"(?:src|srcset|@import|<link|url\()", words.html) == []
    assert '<html lang="en">' in words.html
    assert "color-scheme" in words.html
    assert "<table" not in words.html


@pytest.mark.parametrize("kind", list(MessageKind))
def test_both_shapes_say_the_same(kind: MessageKind) -> None:
    words = mail(kind, facts_for(kind), "en")

    body = words.html.partition("<main>")[2]
    shown = re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&").split()
    linked = re.findall(r'href="([^"]+)"', body)
    for word in words.text.replace(":\n", "\n").split():
        assert word in shown or word in linked or word.rstrip(":") in shown


@pytest.mark.parametrize("kind", list(MessageKind))
def test_clients_are_told_where_to_turn_in_a_crisis(kind: MessageKind) -> None:
    words = mail(kind, facts_for(kind), "en")

    assert ("call or text 988" in words.text) is not kind.is_for_therapist
    assert "Front desk: 602-555-0142" in words.text


def test_both_clocks_are_given_where_they_differ() -> None:
    words = mail(MessageKind.CONFIRMATION, for_client(), "en")

    assert "When: Tuesday, November 3, 5:00 PM to 5:50 PM, Phoenix time" in words.text
    assert "For Amara: 7:00 PM in New York" in words.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "at no cost until Monday, November 2, 5:00 PM. After that the late fee is $50."),
        ({"fee": ""}, "You can cancel at no cost until the start."),
        ({"now": STARTS - timedelta(hours=2)}, "too close to the start to cancel at no cost"),
        ({"asked": True}, "You can change or cancel your request at no cost."),
    ],
)
def test_the_policy_is_said_with_its_dates(values: dict[str, Any], said: str) -> None:
    words = mail(MessageKind.REMINDER, for_client(**values), "en")

    assert said in words.text


@pytest.mark.parametrize(
    ("reader_calls", "said"),
    [
        (True, "By phone. Please call Amara at 212-555-0123."),
        (False, "By phone. Amara will call you at 212-555-0123."),
    ],
)
def test_a_phone_session_says_who_calls_whom(reader_calls: bool, said: str) -> None:
    held = occasion(Modality.PHONE, reader_calls=reader_calls)

    words = mail(MessageKind.CONFIRMATION, for_client(occasion=held), "en")

    assert said in words.text


def test_a_therapist_is_told_of_a_phone_session_without_the_number() -> None:
    words = mail(MessageKind.THERAPIST_BOOKED, facts_for(MessageKind.THERAPIST_BOOKED), "en")

    assert "You call; the number is on your page." in words.text
    assert "212" not in words.text


def for_text(name: str = "Alder Street", *, hours: tuple[int, ...] = (0,)) -> ForText:
    return ForText(
        name=name,
        starts=tuple(STARTS + timedelta(hours=each) for each in hours),
        zone=PHOENIX,
        url=f"https://book.alder.example/b/{TOKEN}",
    )


@pytest.mark.parametrize("kind", TEXTED)
def test_no_text_tells_what_it_is_about(kind: MessageKind) -> None:
    said = text(kind, for_text(), "en")

    assert telling(said) == []
    assert is_gsm7(said)
    assert "STOP to end" in said


def test_a_reminder_fits_into_one_text() -> None:
    said = text(MessageKind.REMINDER, for_text(), "en")

    assert segments(said) == 1
    assert said.startswith("Alder Street: appointment Tue Nov 3, 5:00 PM Phoenix time. https://")


def test_a_short_address_leaves_room_for_all_the_words() -> None:
    facts = ForText(name="Alder", starts=(STARTS,), zone=PHOENIX, url="https://a.example/b/1")

    assert text(MessageKind.REMINDER, facts, "en") == (
        "Alder: appointment Tue Nov 3, 5:00 PM Phoenix time. "
        "Details: https://a.example/b/1 Reply STOP to end, HELP for help."
    )


def test_two_sessions_of_a_day_are_named_in_one_text() -> None:
    said = text(MessageKind.REMINDER, for_text(hours=(0, 2)), "en")

    assert "Tue Nov 3, 5:00 PM and 7:00 PM Phoenix time" in said


@pytest.mark.parametrize("name", ["Café “Élan”", "Dunn\u2019s \u2013 House", "Ménière"])
def test_letters_outside_the_alphabet_of_texts_do_not_double_the_cost(name: str) -> None:
    assert is_gsm7(text(MessageKind.REMINDER, for_text(name), "en"))


@pytest.mark.parametrize("word", list(Word))
def test_a_reply_is_neutral_and_one_text(word: Word) -> None:
    said = reply(word, HOUSE, "en")

    assert telling(said) == []
    assert segments(said) == 1
    assert said.startswith("Alder Street: ")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sam Reed", "S. R."),
        ("Maria del Carmen Ruiz", "M. R."),
        ("Cher", "C."),
        ("- (x) 9", "X."),
        ("élan ünder", "É. Ü."),
        ("123", ""),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_name(name: str, short: str) -> None:
    assert initials(name) == short


def test_sums_are_said_without_needless_cents() -> None:
    assert [dollars(0), dollars(5000), dollars(4750), dollars(123456)] == [
        "",
        "$50",
        "$47.50",
        "$1,234.56",
    ]
