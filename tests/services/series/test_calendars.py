"""Calendars of a series: after every mail they hold what the database holds, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.errors import ProviderRejected, ProviderUnavailable
from booking.models import (
    Appointment,
    MemberCalendar,
    Message,
    Participant,
    Series,
    SeriesPart,
    db,
)
from booking.services.changes import cancel, move, undo_cancel
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.couples import KIM, join_in, leave
from tests.services.series.owed import owed
from tests.services.series.standing import MONDAYS, agreed, asked_for, sign, starts
from tests.support.calendars import (
    CalendarReader,
    calendar_of,
    calendar_text,
    expanded,
    letters_to,
)
from tests.support.mail import MailSpy
from tests.support.owed import change, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

SAM, AMARA = "sam@example.org", "amara@alder.example"
DAY = timedelta(days=1)


def seat(date: int, person: int = 1) -> int:
    """Return who has that seat in the n-th date by the rule, counted from 0."""
    query = (
        select(Participant.id)
        .join(Appointment)
        .where(Participant.seat == person)
        .order_by(Appointment.occurrence)
    )
    db.session.rollback()
    return db.session.scalars(query).all()[date]


def check_calendars(mail: MailSpy, series: int) -> None:
    """Fail unless each calendar, had it been sent all that was mailed so far, is as the rows."""
    for address in {letter["To"] for letter in mail.letters}:
        assert CalendarReader().read(letters_to(mail, address)).starts() == starts(series)


def objects(mail: MailSpy, address: str) -> list[tuple[str, int, bool]]:
    """Return METHOD, SEQUENCE and whether it is for one date, of each object mailed."""
    found = []
    for letter in letters_to(mail, address):
        lines = calendar_text(letter).splitlines()
        if lines:
            method, sequence = (
                next(line.removeprefix(name) for line in lines if line.startswith(name))
                for name in ("METHOD:", "SEQUENCE:")
            )
            alone = not any(line.startswith("RRULE") for line in lines if "FREQ=WEEKLY" in line)
            found.append((method, int(sequence), alone))
    return found


def test_e1_a_series_is_one_rule_that_expands_to_its_dates(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts)

    sweep(parts, NOW)

    for address in (SAM, AMARA):
        (letter,) = letters_to(mail, address)
        content = calendar_of(letter)
        assert content is not None
        assert expanded(content) == MONDAYS
        assert f"UID:{series.part.uid}" in calendar_text(letter)
        assert f"mailto:{address}" in calendar_text(letter)
        assert objects(mail, address) == [("REQUEST", 0, False)]


def test_e6_calendars_equal_the_rows_after_every_mail(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts).id
    sweep(parts, NOW)
    check_calendars(mail, series)

    move(seat(3), MONDAYS[3] + DAY, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    check_calendars(mail, series)
    cancel(seat(5), accept_late=True, reason="", parts=parts, now=NOW + 2 * MINUTE)
    sweep(parts, NOW + 2 * MINUTE)
    check_calendars(mail, series)
    undo_cancel(seat(5), now=NOW + 3 * MINUTE)
    sweep(parts, NOW + 3 * MINUTE)
    check_calendars(mail, series)
    move(seat(3), MONDAYS[3] + 2 * DAY, now=NOW + 4 * MINUTE)
    cancel(seat(7), accept_late=True, reason="", parts=parts, now=NOW + 4 * MINUTE)
    sweep(parts, NOW + 4 * MINUTE)
    check_calendars(mail, series)

    expected = [
        ("REQUEST", 0, False),
        ("REQUEST", 1, True),
        ("CANCEL", 2, True),
        ("REQUEST", 3, False),
        ("REQUEST", 4, True),
        ("CANCEL", 5, True),
    ]
    assert objects(mail, SAM) == objects(mail, AMARA) == expected
    assert len({line for letter in mail.letters for line in uids(calendar_text(letter))}) == 1


def uids(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("UID:")]


def test_the_last_date_cancelled_cancels_the_series_and_undo_brings_it_back(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts, pattern=Pattern(count=2)).id
    sweep(parts, NOW)
    for date in (0, 1):
        cancel(seat(date), accept_late=True, reason="", parts=parts, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    check_calendars(mail, series)
    assert objects(mail, SAM)[-1][0] == "CANCEL"
    assert not objects(mail, SAM)[-1][2]

    undo_cancel(seat(1), now=NOW + 2 * MINUTE)
    sweep(parts, NOW + 2 * MINUTE)

    check_calendars(mail, series)
    assert starts(series) == MONDAYS[1:2]


def test_a_calendar_that_never_got_the_rule_is_sent_all_of_it(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts).id
    mail.failure = ProviderRejected("no such mailbox", code="550")
    sweep(parts, NOW)
    mail.failure = None

    move(seat(2), MONDAYS[2] + DAY, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)

    check_calendars(mail, series)
    assert objects(mail, SAM) == [("REQUEST", 1, False)]


def test_a_cancel_is_not_sent_where_nothing_was(parts: Parts, mail: MailSpy) -> None:
    asked_for(parts)
    cancel(seat(1), accept_late=True, reason="", parts=parts, now=NOW)

    sweep(parts, NOW)

    assert objects(mail, SAM) == objects(mail, AMARA) == []


def test_what_took_place_stays_in_the_calendar(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    factories.changed(db.session.get_one(Participant, seat(0)).appointment, status=Status.COMPLETED)
    factories.changed(db.session.get_one(Participant, seat(1)).appointment, status=Status.NO_SHOW)
    later = MONDAYS[1] + 2 * HOUR

    facts = {"part": series.part.id}
    sam = series.members[0].id
    owed(series.id, MessageKind.SERIES_CALENDAR, member_id=sam, facts=facts, at=later)
    sweep(parts, later)

    assert CalendarReader().read(letters_to(mail, SAM)).starts() == MONDAYS


def test_c11_the_calendars_of_a_couple_are_numbered_apart(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    sweep(parts, NOW)
    facts, sam = {"part": series.part.id}, series.members[0].id
    owed(series.id, MessageKind.SERIES_CALENDAR, member_id=sam, facts=facts)
    sweep(parts, NOW)

    kept = {row.member_id: row.sequence for row in db.session.scalars(select(MemberCalendar))}
    assert kept == {sam: 1, kim: 0}
    assert db.session.get_one(SeriesPart, series.part.id).therapist_sequence == 0
    check_calendars(mail, series.id)


def test_c11_who_leaves_loses_the_dates_and_nobody_else_does(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    sweep(parts, NOW)

    leave(kim)
    facts = {"part": series.part.id, "what": "left", "changes": []}
    owed(series.id, MessageKind.SERIES_ENDED, member_id=kim, facts=facts)
    sweep(parts, NOW)

    assert CalendarReader().read(letters_to(mail, KIM)).starts() == []
    assert CalendarReader().read(letters_to(mail, SAM)).starts() == MONDAYS


@pytest.mark.parametrize("first", [MONDAY_9AM, MONDAY_9AM + 5 * HOUR])
def test_e5_other_hours_expand_as_well(parts: Parts, mail: MailSpy, first: object) -> None:
    series = agreed(parts, starts_at=first, pattern=Pattern(every_weeks=2, count=6))

    sweep(parts, NOW)

    check_calendars(mail, db.session.get_one(Series, series.id).id)


def test_a_mail_put_into_words_again_brings_the_same_edition(parts: Parts, mail: MailSpy) -> None:
    """What was kept cannot be opened under a new key; calendars must not take it for a change."""
    series = agreed(parts)
    mail.failure = ProviderUnavailable("down")
    sweep(parts, NOW)
    booked = the(MessageKind.SERIES_BOOKED)
    change(Message, booked.id, rendered=None)
    mail.failure = None

    sweep(parts, NOW + HOUR)

    assert the(MessageKind.SERIES_BOOKED).sequence == 0
    kept = db.session.get_one(MemberCalendar, (series.members[0].id, series.part.id))
    assert kept.sequence == 0
    assert [number for _method, number, _one in objects(mail, SAM)] == [0]
