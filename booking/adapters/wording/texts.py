"""Texts in words: neutral on a locked phone, and as a rule no longer than one message."""

import unicodedata

from booking.adapters.wording import times
from booking.adapters.wording.facts import ForText, House
from booking.adapters.wording.frames import environment
from booking.adapters.wording.languages import translations
from booking.domain.messages import MessageKind
from booking.domain.texts import Word, is_gsm7, segments

# What copying from a word processor leaves behind, in the alphabet of texts.
_LOOKALIKES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
    | {"\u2026": "...", "\u00a0": " ", "\u202f": " "}
)


def text(kind: MessageKind, facts: ForText, language: str) -> str:
    """Return the text of `kind`, at its fullest that fits into one message.

    Where not even the shortest form fits, because of a long name or a long address, it is
    sent as two.
    """
    template = environment(language, html=False).get_template(f"sms/{kind}.jinja")
    news = _gsm7(template.render(name=facts.name, when=_when(facts, language)).strip())
    _ = translations(language).gettext
    endings = [
        _("Details: %(url)s Reply STOP to end, HELP for help."),
        _("%(url)s Reply STOP to end, HELP for help."),
        _("%(url)s Reply STOP to end."),
        _("%(url)s STOP to end."),
    ]
    forms = [f"{news} {ending % {'url': facts.url}}" for ending in endings]
    return next((form for form in forms if segments(form) == 1), forms[-1])


def reply(word: Word, house: House, language: str) -> str:
    """Return what we answer to a text that came in. No answer tells who is known to us."""
    _ = translations(language).gettext
    answers = {
        Word.STOP: _(
            "%(name)s: you will get no more texts from us. Reply START to get them again."
        ),
        Word.START: _("%(name)s: texts are on again. Reply STOP to end, HELP for help."),
        Word.HELP: _("%(name)s: texts about appointments. Call %(phone)s. Reply STOP to end."),
        Word.OTHER: _(
            "%(name)s: no one reads texts here. Call %(phone)s. "
            "In crisis call or text 988, in danger call 911."
        ),
    }
    return _gsm7(answers[word] % {"name": house.name, "phone": house.phone})


def _when(facts: ForText, language: str) -> str:
    """Return "Tue Nov 3, 5:00 PM Phoenix time", or two times of that day, or nothing."""
    if not facts.starts:
        return ""
    _ = translations(language).gettext
    first, *others = facts.starts
    said = [times.short_time(first, facts.zone, language)]
    said += [times.clock(each, facts.zone, language) for each in others]
    listed = (
        said[0]
        if len(said) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(said[:-1]),
            "last": said[-1],
        }
    )
    return f"{listed} {times.zone_words(facts.zone, language)}"


def _gsm7(words: str) -> str:
    """Return `words` in the alphabet that gives the longest texts, as far as that goes."""
    plain = words.translate(_LOOKALIKES)
    if is_gsm7(plain):
        return plain
    return "".join(char if is_gsm7(char) else _without_accents(char) for char in plain)


def _without_accents(char: str) -> str:
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return base if base and is_gsm7(base) else char
