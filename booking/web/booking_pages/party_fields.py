"""The fields of the form about the people that are not the one who books."""

from booking.domain.participants import Role

# Who it is for: the one who books, who may be under age, or a child in their care.
WHO = "who"
ADULT, MINOR, CHILD = "adult", "minor", "child"
PAYER = "payer"
# A family that is larger than this calls the front desk.
MOST_OTHERS = 7
OTHERS = tuple(f"other-{number}" for number in range(1, MOST_OTHERS + 1))

_OF_CHILD = ("name", "born", "email", "phone")
_OF_OTHER = ("name", "email", "phone", "born", "time_zone", "state")
_OF_PAYER = ("name", "email")

# Whoever may be named in the form: by the beginning of the fields, in what role, which fields.
PEOPLE = {
    CHILD: (Role.CLIENT, _OF_CHILD),
    **dict.fromkeys(OTHERS, (Role.CLIENT, _OF_OTHER)),
    PAYER: (Role.PAYER, _OF_PAYER),
}
PARTY_FIELDS = (
    WHO,
    *(f"{prefix}-{field}" for prefix, (_role, fields) in PEOPLE.items() for field in fields),
)
