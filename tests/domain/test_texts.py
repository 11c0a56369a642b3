import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.texts import Word, is_gsm7, read_word, segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("a" + "€" * 80, 2),
        ("é" * 160, 1),
        ("Ж" * 70, 1),
        ("Ж" * 71, 2),
        ("Ж" * 134, 2),
        ("Ж" * 135, 3),
        ("a" * 69 + "\u2019", 1),
        ("a" * 70 + "\u2019", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_is_charged_by_its_alphabet_and_length(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_a_pair_is_never_torn_between_two_parts() -> None:
    # 306 septets would fill two parts exactly, but the escape cannot end the first of them.
    assert segments("a" * 152 + "€" + "a" * 152) == 3
    # Nor can half an emoji: 33 of them leave one unit of the 67 unused.
    assert segments("😀" * 66) == 2
    assert segments("😀" * 67) == 3


def test_a_curly_quote_changes_the_alphabet() -> None:
    assert is_gsm7("Reply STOP to opt out. [~{^}|\\] €")
    assert not is_gsm7("you\u2019re booked")
    assert not is_gsm7("ç")
    assert is_gsm7("Ç")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["a", "é", "€", "{" * 9, "a" * 50]), max_size=30).map("".join))
def test_parts_are_as_few_as_the_alphabet_allows(text: str) -> None:
    septets = len(text) + text.count("€") + text.count("{")

    least = min(septets, 1) if septets <= 160 else math.ceil(septets / 153)
    assert least <= segments(text) <= least + 1


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", " Stop ", "Stop.", "STOP!!!", "\u201cSTOP\u201d", "\n\tstop\r\n", "STOP 🛑",
        "\uff33\uff34\uff2f\uff30",
        "StopAll", "stop all", "UNSUBSCRIBE", "Cancel", "END", "quit", "Revoke", "OPTOUT",
        "opt out", "Opt-Out", "alto", "stop stop stop",
    ],
)  # fmt: skip
def test_every_keyword_stops_texts(body: str) -> None:
    assert read_word(body) is Word.STOP


@pytest.mark.parametrize(
    "body",
    [
        "please stop texting me",
        "Stop texting",
        "do not text me",
        "Don\u2019t text me again.",
        "dont message this number",
        "STOP please",
        "Please stop.",
        "stop, thanks",
        "Stop sending me these messages",
        "stop all texts",
        "Stop the appointment reminders",
        "no more texts please",
        "I don't want any more text messages",
        "I do not want to receive texts",
        "I no longer wish to receive your reminders",
        "take me off your list",
        "Remove my number from your list please",
        "unsubscribe me",
        "I want to opt out",
        "opt me out",
        "opt out of all of these texts",
        "How do I unsubscribe?",
        "can you please stop texting me?",
        "I have told you to stop texting me",
        "Why won't you stop texting me",
        "if you don't stop I will report you",
        "I am not interested stop texting me",
        "quit texting me",
        "cancel these texts",
        "I revoke my consent",
        "leave me alone",
        "Wrong number",
        "Hi. Please stop texting. Thanks!",
        "STOP\nSent from my phone",
        "do not text me, call me",
        "don't text me after eight",
    ],
)
def test_a_plain_sentence_stops_texts_as_well(body: str) -> None:
    assert read_word(body) is Word.STOP


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "Please cancel",
        "Please cancel my Tuesday",
        "cancel my appointment",
        "Cancel my appointment message me later",
        "can we stop by later",
        "STOP by",
        "I will stop by at 5",
        "I want to stop",
        "please don't stop texting me",
        "please do not stop the reminders",
        "did you stop texting me?",
        "You never text me back",
        "Why don't you text me anymore",
        "I did not stop the texts",
        "I'll stop texting now, running late",
        "is the link at the end of the message?",
        "I got no more texts from you",
        "nonstop messages from work today",
        "the weekend",
        "quite all right",
        "C",
        "no",
        "yes please, see you then",
        "I need help with the link",
        "information",
        "start at 5?",
        "🛑",
        "\ud83d",
        "'",
    ],
)
def test_what_may_mean_something_else_is_left_to_people(body: str) -> None:
    assert read_word(body) is Word.OTHER


@pytest.mark.parametrize("body", ["START", "start.", " Unstop ", "yes", "YES!"])
def test_start_takes_texts_up_again(body: str) -> None:
    assert read_word(body) is Word.START


@pytest.mark.parametrize("body", ["HELP", "help?", "Info", "ayuda"])
def test_help_is_asked_for_by_a_word(body: str) -> None:
    assert read_word(body) is Word.HELP


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["STOP", "quit", "Opt out", "rEVOKE"]),
    st.lists(st.sampled_from(" .!\n\t-*\"'"), max_size=6),
)
def test_what_stands_around_a_keyword_does_not_matter(word: str, around: list[str]) -> None:
    assert read_word("".join([*around, word, *around])) is Word.STOP


@pytest.mark.parametrize("body", ["stop all " * 5000, "please " * 9000 + "stop", "a" * 60_000])
def test_a_hostile_text_is_read_as_fast_as_any(body: str) -> None:
    # If the pattern could backtrack this would take hours; a time limit would only be flaky.
    assert read_word(body) is Word.OTHER
