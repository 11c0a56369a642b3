"""Who is a minor, who may come alone, and what a guardian may see (45 CFR 164.502(g)(3)).

Ages are by state and by date, in tables. They settle what a form asks and what it shows first;
they are no advice, and a practice puts its own rules before them. The conditions that come with
an age are in the `note` of its rule, as something for staff to check: no age alone decides them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking.domain.dated import in_force
from booking.domain.labels import N_

MAJORITY = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """From `age` on, in `state` (USPS code), as long as it holds; both days are included."""

    state: str
    age: int
    valid_from: date
    valid_until: date | None = None
    note: str = ""


# Where it is not 18. The dates are those from which we can vouch for them, not of enactment.
MAJORITIES = (
    # Ala. Code 26-1-1.
    Rule(state="AL", age=19, valid_from=date(2022, 1, 1)),
    # Neb. Rev. Stat. 43-2101.
    Rule(state="NE", age=19, valid_from=date(2022, 1, 1)),
    # Miss. Code 1-3-27. For health care it is 18: see CONSENTS.
    Rule(state="MS", age=21, valid_from=date(2022, 1, 1)),
)
# A state that is not here is one we vouch for nothing in: until the age of majority a guardian
# books, unless the practice has a rule of its own.
CONSENTS = (
    # Ala. Code 22-8-4 as amended by Act 2025-455.
    Rule(
        state="AL",
        age=16,
        valid_from=date(2025, 10, 1),
        note=N_("Check what a guardian may ask to be told."),
    ),
    # Cal. Fam. Code 6924 as amended by AB 665 of 2023.
    Rule(
        state="CA",
        age=12,
        valid_from=date(2024, 7, 1),
        note=N_("Check that they are mature enough, and whether to involve a guardian."),
    ),
    # 405 ILCS 5/3-5A-105, added by Public Act 100-0614: eight sessions, under 17, at first.
    Rule(
        state="IL",
        age=12,
        valid_from=date(2019, 1, 1),
        note=N_("Under 17: check by the eighth session whether a guardian is to agree."),
    ),
    # Miss. Code 41-41-203: an adult, where health care is concerned.
    Rule(state="MS", age=18, valid_from=date(2023, 1, 1)),
    # Neb. Rev. Stat. 43-2101 as amended in 2018.
    Rule(state="NE", age=18, valid_from=date(2018, 7, 19)),
)


class GuardianSees(StrEnum):
    """What a guardian is told of the appointments booked for one person."""

    NOTHING = "nothing"
    TIMES = "times"
    MESSAGES = "messages"


def age_on(born: date, on: date) -> int:
    """Return the age in whole years; who was born on 29 February turns a year on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_minor(born: date, on: date, *, state: str | None) -> bool:
    """Return whether somebody is under the age of majority of `state` (USPS code), else 18."""
    rule = _rule_of(state, on, MAJORITIES)
    return age_on(born, on) < (rule.age if rule else MAJORITY)


def consent_rule(on: date, *, state: str | None, overrides: Iterable[Rule] = ()) -> Rule | None:
    """Return the rule for minors who come alone: that of the practice, else of the state."""
    return _rule_of(state, on, overrides) or _rule_of(state, on, CONSENTS)


def may_consent_alone(
    born: date, on: date, *, state: str | None, overrides: Iterable[Rule] = ()
) -> bool:
    """Return whether somebody is old enough to book without a guardian, or of age."""
    if not is_minor(born, on, state=state):
        return True
    rule = consent_rule(on, state=state, overrides=overrides)
    return rule is not None and age_on(born, on) >= rule.age


def default_for(
    born: date, on: date, *, state: str | None, overrides: Iterable[Rule] = ()
) -> GuardianSees:
    """Return what a guardian sees until somebody chooses otherwise.

    Nothing of an adult; only times of a minor who is old enough to come alone.
    """
    if not is_minor(born, on, state=state):
        return GuardianSees.NOTHING
    if may_consent_alone(born, on, state=state, overrides=overrides):
        return GuardianSees.TIMES
    return GuardianSees.MESSAGES


def setting_in_force(
    chosen: GuardianSees, born: date, *, on: date, state: str | None
) -> GuardianSees:
    """Return what was `chosen` for a minor, and nothing from the day they are of age."""
    return chosen if is_minor(born, on, state=state) else GuardianSees.NOTHING


def narrower(one: GuardianSees, other: GuardianSees) -> GuardianSees:
    """Return the one of two settings that tells a guardian less."""
    return min(one, other, key=list(GuardianSees).index)


def guardian_may_see(setting: GuardianSees, *, booked_by_minor: bool) -> bool:
    """Return whether a guardian may see that an appointment exists, and when.

    What a minor booked alone is never shown to a guardian, whatever the setting.
    """
    return not booked_by_minor and setting is not GuardianSees.NOTHING


def guardian_is_told(setting: GuardianSees, *, booked_by_minor: bool) -> bool:
    """Return whether the messages about an appointment also go to a guardian."""
    return not booked_by_minor and setting is GuardianSees.MESSAGES


def _rule_of(state: str | None, on: date, rules: Iterable[Rule]) -> Rule | None:
    return in_force((rule for rule in rules if rule.state == state), on)
