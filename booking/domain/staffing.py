"""Who works at a practice and in what part; what a password and a code must be."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

FEWEST_MINUTES_IDLE, MOST_MINUTES_IDLE = 5, 60
# A working day, whatever is done in it.
LONGEST_SESSION = timedelta(hours=12)
# What changes how somebody signs in asks for a factor not older than this.
STAYS_FRESH = timedelta(minutes=10)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
# The words most passwords are made of, and what people put around them.
COMMONEST = """
password passwort passw0rd p4ssword p4ssw0rd qwerty qwertz azerty asdfgh zxcvbn letmein welcome
iloveyou trustno1 football baseball basketball superman batman starwars dragon monkey sunshine
princess shadow master michael jordan hunter charlie ashley daniel secret changeme default
administrator admin login computer internet samsung google whatever therapy therapist practice
appointment counseling stillhour abc qwe asd zxc letme summer winter spring autumn january
february march april june july august september october november december monday tuesday
wednesday thursday friday saturday sunday
"""
_WORDS = re.compile("|".join(sorted(COMMONEST.split(), key=len, reverse=True)))
_AROUND = re.compile(r"[\W\d_]+")
# What has to be left once those are taken away, and how many characters must differ.
FEWEST_OF_ONES_OWN, FEWEST_DIFFERENT = 5, 6
_ROW = 4
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class StaffRole(StrEnum):
    """In what part somebody works here; one person can have several."""

    THERAPIST = "therapist"
    DESK = "desk"
    ADMIN = "admin"


CHOOSE_A_DIARY = frozenset({StaffRole.DESK, StaffRole.ADMIN})


def parts_at(
    diary_id: int | None, own_id: int | None, given: Collection[StaffRole]
) -> frozenset[StaffRole]:
    """Return the parts somebody has at one diary: a therapist is one at their own alone."""
    therapist = {StaffRole.THERAPIST} if own_id is not None and own_id == diary_id else set()
    return frozenset(given) - {StaffRole.THERAPIST} | therapist


def works_for(
    chosen_id: int | None, own_id: int | None, given: Collection[StaffRole]
) -> int | None:
    """Return whose diary is open: the one chosen if they may choose, else their own."""
    if chosen_id is not None and CHOOSE_A_DIARY & set(given):
        return chosen_id
    return own_id


def is_fresh(proved_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a second factor was shown lately enough to change how one signs in."""
    return proved_at is not None and now - proved_at < STAYS_FRESH


def check_password(password: str, *, about: Collection[str] = ()) -> str:
    """Return the password as it is; raise `ValueError` with a code for one easily guessed.

    There are no rules of composition: what counts is its length, and that it is not made of
    the words everybody uses, of a row of keys, or of `about`: one's own name and address.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError("too_short")
    if len(password) > LONGEST_PASSWORD:
        raise ValueError("too_long")
    if _is_common(password.casefold(), about):
        raise ValueError("common")
    return password


def _is_common(password: str, about: Collection[str]) -> bool:
    if len(set(password)) < FEWEST_DIFFERENT:
        return True
    own = password
    for text in about:
        for word in re.split(r"[\W\d_]+", text.casefold()):
            if len(word) > len("ann"):
                own = own.replace(word, " ")
    own = _AROUND.sub("", _without_rows(_WORDS.sub(" ", own)))
    digits = re.sub(r"\D", "", _without_rows(password))
    return len(own) < FEWEST_OF_ONES_OWN and len(digits) < SHORTEST_PASSWORD - 1


def _without_rows(text: str) -> str:
    """Return the text less runs of neighbours on a keyboard or in the alphabet."""
    for row in ROWS:
        for run in (row, row[::-1]):
            for start in range(len(run) - _ROW + 1):
                for end in range(len(run), start + _ROW - 1, -1):
                    text = text.replace(run[start:end], " ")
    return text


def tidy_code(text: str) -> str:
    """Return a code without the spaces and dashes people type, in capitals."""
    return re.sub(r"[\s\-\u2013]+", "", text).upper()
