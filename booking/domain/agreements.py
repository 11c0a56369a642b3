"""What a therapist and a client agree to when they begin: the words, and what fills them in."""

from dataclasses import dataclass

from booking.domain import contact

LONGEST_SECTION = 4000


@dataclass(frozen=True, slots=True)
class AgreementText:
    """The sections a therapist writes, in plain paragraphs.

    The particulars (time, place, length, fee, policy) are not among them: they come from what
    is booked.
    """

    goals: str
    procedures: str
    telehealth: str
    confidentiality: str


# What holds until a therapist writes their own. It makes no promise about the law.
DEFAULT = AgreementText(
    goals=(
        "In the first sessions we find out what you would like to change, and write it down "
        "together. We look at it again every few months. You can change your goals at any time."
    ),
    procedures=(
        "We meet at the regular time below. Each session begins and ends on time. You may ask "
        "about anything we do, say no to any part of it, and stop at any time. It helps to talk "
        "about stopping before you do."
    ),
    telehealth=(
        "We meet by video or phone unless we agree on something else. You agree to meet in this "
        "way. It has limits: the line can drop, and somebody near you may overhear. Please be in "
        "a private place, and tell us where you are at the start of each session, so that help "
        "can reach you. If the line drops, we call you. You can choose to meet in another way."
    ),
    confidentiality=(
        "What you say stays between us. There are limits. If you or somebody else is in serious "
        "danger, if a child or a person who depends on others is being harmed, or if a court "
        "orders it, the law may require us to tell others. Where we can, we talk with you first. "
        "This service is not watched for emergencies: call or text 988, or call 911."
    ),
)


def section(text: str) -> str:
    """Return one section as it may be kept; raise `ValueError` with a code for `contact`'s words.

    An empty one is refused: an agreement says something about each of its points.
    """
    cleaned = contact.free_text(text, limit=LONGEST_SECTION)
    if not cleaned:
        raise ValueError(contact.MISSING)
    return cleaned
