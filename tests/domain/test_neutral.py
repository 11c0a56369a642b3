import pytest

from booking.domain.neutral import telling


@pytest.mark.parametrize(
    "text",
    [
        "Alder Street: appointment Tue Nov 3, 5:00 PM ET. https://x.example/b/7Gk2 STOP to end.",
        "Your appointment is confirmed",
        "appointment.ics",
        "Fundamental possession, coupled with a panicle? No: environmental obsession.",
        "Elm House, Group Family Practice",
        "Reply HELP for help. In an emergency call 911.",
        "",
    ],
)
def test_a_neutral_text_tells_nothing(text: str) -> None:
    assert telling(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Your therapy session", ["therapy", "session"]),
        ("Alder Street Therapy", ["Therapy"]),
        ("Hypnotherapists United", ["Hypnotherapists"]),
        ("Couples counselling", ["Couples", "counselling"]),
        ("Sam Reyes, PsyD, LCSW", ["PsyD", "LCSW"]),
        ("https://traumarecovery.example/b/1", ["traumarecovery"]),
        ("Mental-health check", ["Mental"]),
        ("for your ANXIETY; anxious? anxiety", ["ANXIETY", "anxious", "anxiety"]),
        ("depressed and depression", ["depressed", "depression"]),
        ("Diagnosis F41.1", ["Diagnosis"]),
        ("psychiatry_intake.ics", ["psychiatry", "intake"]),
        ("Trauma Recovery Clinic", ["Trauma", "Recovery"]),
        ("free consultation", ["consultation"]),
        ("ADHD, PTSD, EMDR", ["ADHD", "PTSD", "EMDR"]),
        ("Sesión de terapia: psicóloga", ["Sesión", "terapia", "psicóloga"]),
        ("\uff34herapy", ["\uff34herapy"]),
        ("panic: couples", ["panic", "couples"]),
        ("session session", ["session"]),
    ],
)
def test_every_telling_word_is_named_once_as_it_stands(text: str, words: list[str]) -> None:
    assert telling(text) == words
