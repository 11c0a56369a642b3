"""What holds for every page: it keeps the security policy, and its words are easy to read."""

import gzip
import re
from pathlib import Path

import pyphen  # type: ignore[import-untyped]
import pytest
from jinja2.ext import babel_extract

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SYLLABLES = pyphen.Pyphen(lang="en_US")

# Mails follow rules of their own; staff pages may ask more of their reader.
CLIENT = [
    page
    for page in TEMPLATES
    if "mail" not in page.parts and "staff" not in str(page.relative_to(ROOT / "templates"))
]
EASIEST_GRADE = 6.0
LONGEST_SENTENCE = 20
NEVER_SAID = re.compile(
    r"\b(patients?|failed|invalid|denied|oops|missed deadline)\b|!", re.IGNORECASE
)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT / "templates"))


def words_of(page: Path) -> list[str]:
    """Return what the page says to people, in English, without markup and with names filled in."""
    with page.open("rb") as source:
        found = list(babel_extract(source, ("_", "gettext", "ngettext"), (), {}))
    texts = [
        part
        for _, _, message, _ in found
        for part in ((message,) if isinstance(message, str) else message or ())
        if part
    ]
    return [re.sub(r"%\(\w+\)s|\{n\}", "Sam", re.sub(r"<[^>]+>", "", text)) for text in texts]


def sentences_of(page: Path) -> list[str]:
    return [s for text in words_of(page) for s in re.split(r"(?<=[.?:])\s+", text.strip()) if s]


def grade(sentences: list[str]) -> float:
    """Return the Flesch-Kincaid grade: the years of school that a text asks for."""
    words = re.findall(r"[\w\u2019'-]+", " ".join(sentences))
    syllables = sum(len(SYLLABLES.positions(word.lower())) + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("page", TEMPLATES, ids=name_of)
def test_a_page_keeps_the_content_security_policy(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    if "mail" in page.parts:
        return  # A mail has no policy, and mail programs know only inline style.

    assert not re.search(r"<[^>]*\sstyle=", source)
    assert not re.search(r"<[^>]*\son[a-z]+=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "<style" not in source
    assert "javascript:" not in source


@pytest.mark.parametrize("page", TEMPLATES, ids=name_of)
def test_a_page_asks_no_one_else_for_anything(page: Path) -> None:
    source = page.read_text(encoding="utf-8")

    assert not re.search(r"\ssrc=\"(https?:)?//", source)
    assert not re.search(r"<link[^>]*href=\"(https?:)?//", source)
    assert not re.search(r"<form[^>]*action=\"(https?:)?//", source)


@pytest.mark.parametrize("page", CLIENT, ids=name_of)
def test_words_for_clients_need_no_more_than_six_years_of_school(page: Path) -> None:
    sentences = [s for s in sentences_of(page) if len(s.split()) >= 4 and s[-1] in ".?:"]
    if not sentences:
        return  # Labels alone have no grade.

    assert grade(sentences) <= EASIEST_GRADE


@pytest.mark.parametrize("page", CLIENT, ids=name_of)
def test_no_sentence_for_clients_is_long(page: Path) -> None:
    long = [s for s in sentences_of(page) if len(s.split()) > LONGEST_SENTENCE]

    assert not long


@pytest.mark.parametrize("page", CLIENT, ids=name_of)
def test_no_client_is_blamed_or_shouted_at(page: Path) -> None:
    assert not [text for text in words_of(page) if NEVER_SAID.search(text)]


def test_the_title_of_no_page_names_therapy() -> None:
    for page in CLIENT:
        titles = re.findall(r"\{% block title %\}(.*?)\{% endblock %\}", page.read_text())

        assert not [
            t for t in titles if re.search(r"therap|counsel|psych|session type", t, re.IGNORECASE)
        ]


def test_what_every_page_loads_leaves_room_in_the_budget() -> None:
    first_visit = ["css/stillhour.css", "js/zone.js", "js/leave.js", "icons.svg", "favicon.svg"]

    packed = sum(len(gzip.compress((ROOT / "static" / f).read_bytes(), 9)) for f in first_visit)
    font = (ROOT / "static/fonts/figtree.woff2").stat().st_size

    assert packed + font <= 45_000  # of 60 KB; the rest is for the page itself
