"""Names from forms that try to be more than names, in calendar objects, letters and links."""

from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking.adapters.calendar import Method, render
from booking.adapters.calendar.buttons import google_url, outlook_url
from booking.adapters.mail import Letter
from booking.adapters.mail.compose import compose
from booking.adapters.plain_text import one_line
from tests.adapters.test_invitation import INVITATION, LINK

# The machine may be busy: slowness is no fault here.
unhurried = settings(deadline=None)

SENDER = "Example Practice <invites@example.com>"
LETTER = Letter(
    to="client@example.org",
    subject="Your appointment",
    text="Hello.\n",
    html="<p>Hello.</p>\n",
    message_id="1@book.example.com",
    written_at=INVITATION.written_at,
)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}
BARBS = [
    "\r\nBcc: evil@example.net",
    "\nATTENDEE:mailto:evil@example.net",
    "\r\n BEGIN:VEVENT\r\nEND:VEVENT\r\n",
    "END:VEVENT\r\nEND:VCALENDAR\r\n",
    "=?utf-8?q?Hi=0ABcc=3A_evil=40x?=",
    "=?utf-8?b?SGkKQmNjOiBldmlsQHg=?=",
    "==??utf-8?q?=0D=0AX=3A1?=",
    '"; CN="x":mailto:evil@example.net',
    '"Evil" <evil@example.net>, ',
    "(comment) <a@b>",
    "^n^'^^",
    "\\n\\N\\;\\",
    "\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029",
    "\udc80\ud800",
    "👩🏽‍⚕️" * 9,
    "\r\n\r\n--=_x--\r\n.\r\n",
    ";VALUE=DATE:",
    "%0D%0A",
    " ",
]
HOSTILE = st.lists(st.one_of(st.sampled_from(BARBS), st.text(max_size=30)), max_size=5).map("".join)
# Text that Python's own strategy leaves out: lone halves of a pair.
ANYTHING = st.one_of(
    HOSTILE, st.text(st.characters(categories=["Cs", "Cc", "L", "P", "S", "Z"]), max_size=60)
)


@unhurried
@given(st.lists(ANYTHING, min_size=4, max_size=4), st.sampled_from(Method))
def test_no_text_becomes_a_property_of_an_invitation(texts: list[str], method: Method) -> None:
    summary, description, location, name = texts
    hostile = replace(
        INVITATION,
        summary=summary,
        description=description,
        location=location,
        organizer_name=name,
    )

    rendered = render(hostile, method)

    assert names(rendered) == names(render(INVITATION, method))
    assert max(len(line) for line in rendered.split(b"\r\n")) <= 75


@unhurried
@given(st.lists(ANYTHING, min_size=2, max_size=2))
def test_no_uid_or_link_becomes_a_property_of_an_invitation(texts: list[str]) -> None:
    uid, url = texts
    hostile = replace(INVITATION, uid=f"1{uid}", url=f"{LINK}{url}")

    rendered = render(hostile, Method.REQUEST)

    assert names(rendered) == names(render(INVITATION, Method.REQUEST))


@unhurried
@given(ANYTHING)
def test_no_address_becomes_a_property_of_an_invitation(address: str) -> None:
    for hostile in (
        replace(INVITATION, attendee_email=address),
        replace(INVITATION, organizer_email=f"a@b{address}"),
    ):
        with suppress(ValueError):
            rendered = render(hostile, Method.REQUEST)
            assert names(rendered) == names(render(INVITATION, Method.REQUEST))


def test_an_invitation_still_says_what_was_written() -> None:
    written = replace(INVITATION, summary='A; b, c: "d" \\ é\nf', organizer_name='Dr "X", é; y')

    (found,) = Calendar.from_ical(render(written, Method.REQUEST)).walk("VEVENT")

    assert found["SUMMARY"] == 'A; b, c: "d" \\ é f'
    assert found["ORGANIZER"].params["CN"] == "Dr 'X', é; y"


def test_the_check_for_properties_would_see_one() -> None:
    rendered = render(INVITATION, Method.REQUEST)

    grown = rendered.replace(b"\r\nCLASS:", b"\r\nATTENDEE:mailto:evil@example.net\r\nCLASS:")

    assert names(grown) != names(rendered)


@unhurried
@given(st.lists(ANYTHING, min_size=4, max_size=4), st.booleans())
def test_no_text_becomes_a_header_or_a_part_of_a_letter(texts: list[str], invited: bool) -> None:
    subject, text, html, name = texts
    letter = replace(LETTER, subject=subject, text=text, html=html)
    if invited:
        letter = replace(letter, calendar=render(INVITATION, Method.REQUEST), method=Method.REQUEST)

    composed = compose(letter, sender=f"{name} <invites@example.com>")

    assert header_names(composed) == HEADERS
    parsed = message_from_bytes(composed, policy=policy.SMTP)
    assert [a.addr_spec for a in parsed["To"].addresses] == ["client@example.org"]
    assert [a.addr_spec for a in parsed["From"].addresses] == ["invites@example.com"]
    assert parsed["Subject"] == as_header(subject)
    # Python puts blanks between the encoded words of a name it reads.
    read_name = parsed["From"].addresses[0].display_name
    assert squeezed(read_name) == squeezed(as_header(name)).strip('"')
    assert len(list(parsed.walk())) == (6 if invited else 3)
    assert composed.isascii()


@pytest.mark.parametrize("barb", BARBS)
def test_cve_2024_6923_no_encoded_word_becomes_a_header(barb: str) -> None:
    composed = compose(replace(LETTER, subject=f"Hi {barb} é"), sender=f"{barb} é {SENDER}")

    assert header_names(composed) == HEADERS
    assert b"\nbcc" not in composed.lower()


@unhurried
@given(ANYTHING)
def test_an_address_is_mailed_as_it_is_or_refused(address: str) -> None:
    with suppress(ValueError):
        composed = compose(replace(LETTER, to=address), sender=SENDER)
        assert header_names(composed) == HEADERS
        assert message_from_bytes(composed)["To"] == address


@unhurried
@given(ANYTHING)
def test_a_message_id_or_a_link_that_is_none_is_refused(text: str) -> None:
    for letter in (
        replace(LETTER, message_id=f"1@example.com{text}"),
        replace(LETTER, list_unsubscribe=f"https://example.com/{text}"),
    ):
        with suppress(ValueError):
            assert header_names(compose(letter, sender=SENDER)) - {"List-Unsubscribe"} == HEADERS


@unhurried
@given(st.lists(ANYTHING, min_size=3, max_size=3))
def test_no_text_becomes_a_field_of_an_add_to_calendar_link(texts: list[str]) -> None:
    summary, location, url = texts
    hostile = replace(INVITATION, summary=summary, location=location, url=f"{LINK}{url}")

    for make in (google_url, outlook_url):
        link = make(hostile)
        assert link.isascii()
        assert link.isprintable()
        assert urlsplit(link)[:3] == urlsplit(make(INVITATION))[:3]
        assert fields_of(link) <= fields_of(make(INVITATION))


def as_header(text: str) -> str:
    return one_line(text).replace("=?", "= ?")


def squeezed(text: str) -> str:
    return "".join(text.split())


def names(rendered: bytes) -> list[tuple[str, list[str]]]:
    """Return every component and property as a parser finds them, multiples as many times."""
    (calendar,) = Calendar.from_ical(rendered, multiple=True)
    assert not calendar.errors
    return [
        (
            component.name or "",
            sorted(name for name, _ in component.property_items(recursive=False)),
        )
        for component in calendar.walk()
    ]


def header_names(composed: bytes) -> set[str]:
    found = message_from_bytes(composed).keys()
    assert len(found) == len(set(found))
    return set(found)


def fields_of(link: str) -> set[str]:
    return set(parse_qs(urlsplit(link).query))
