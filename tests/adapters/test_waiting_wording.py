"""What somebody who waits reads: the time on both clocks, and until when it is held."""

from pathlib import Path

import pytest

from booking.adapters.wording.facts import ForText
from booking.adapters.wording.frames import TEMPLATES
from booking.adapters.wording.mails import mail
from booking.adapters.wording.texts import text
from booking.domain.messages import MessageKind
from booking.domain.texts import segments
from booking.domain.zones import zone
from tests.adapters.waiting_facts import STARTS, TOKEN, waiting_facts_for
from tests.test_templates import EASIEST_GRADE, LONGEST_SENTENCE, grade, sentences_of

PAGES = sorted(TEMPLATES.glob("mail/waiting_*.jinja"))
OFFER = MessageKind.WAITING_OFFER


def test_one_time_is_given_on_both_clocks_with_its_deadline() -> None:
    words = mail(OFFER, waiting_facts_for(OFFER, dates=1), "en")

    assert words.subject == "A time is held for you: Tue, Nov 3"
    assert "until Monday, November 2, 5:00 PM, Phoenix time" in words.text
    assert "When: Tuesday, November 3, 5:00 PM" in words.text
    assert "For Amara: 7:00 PM in New York" in words.text
    assert f"https://book.example/offer/{TOKEN}" in words.text
    assert f"https://book.example/w/{TOKEN}" in words.text


def test_a_standing_hour_names_its_first_dates() -> None:
    words = mail(OFFER, waiting_facts_for(OFFER), "en")

    listed = words.text.partition("These are the first dates:\n")[2].partition("\n\n")[0]
    assert listed.splitlines() == [
        "Tue, Nov 3, 5:00 PM (7:00 PM in New York)",
        "Tue, Nov 10, 5:00 PM (7:00 PM in New York)",
        "Tue, Nov 17, 5:00 PM (7:00 PM in New York)",
    ]


def test_a_text_of_it_is_one_text() -> None:
    facts = ForText(
        name="Alder Street",
        starts=(STARTS,),
        zone=zone("America/Phoenix"),
        url=f"https://book.alder.example/offer/{TOKEN}",
    )

    said = text(OFFER, facts, "en")

    assert segments(said) == 1
    assert said.startswith("Alder Street: we hold Tue Nov 3, 5:00 PM Phoenix time. https")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_words_for_who_waits_are_easy_to_read(page: Path) -> None:
    sentences = [s for s in sentences_of(page) if len(s.split()) >= 4 and s[-1] in ".?:"]

    assert grade(sentences) <= EASIEST_GRADE
    assert not [s for s in sentences_of(page) if len(s.split()) > LONGEST_SENTENCE]
