"""Names and sums, shortened for those who need not know them whole."""

from collections.abc import Sequence

from booking.adapters.wording.languages import translations

_CENTS = 100


def initials(name: str) -> str:
    """Return the first letters of the first and the last word: "S. R." for Sam Reed."""
    letters = [next((c for c in word if c.isalpha()), "") for word in name.split()]
    found = [letter.upper() for letter in letters if letter]
    chosen = found[:1] + found[1:][-1:]
    return " ".join(f"{letter}." for letter in chosen)


def people(names: Sequence[str], language: str) -> str:
    """Return the initials of one, and of several how many: "2 people"."""
    if len(names) > 1:
        count = translations(language).ngettext("%(num)s person", "%(num)s people", len(names))
        return count % {"num": len(names)}
    return initials("".join(names))


def dollars(cents: int) -> str:
    """Return "$50" or "$47.50"; nothing for nothing."""
    if cents == 0:
        return ""
    whole, rest = divmod(cents, _CENTS)
    return f"${whole:,}.{rest:02}" if rest else f"${whole:,}"
