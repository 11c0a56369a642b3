"""Checks that a text which leaves the house tells nothing about why people meet.

Texts, subjects, calendar fields, file names and the practice's outside name all pass here:
on a locked phone or a shared calendar one word is enough. The neutral noun is "appointment".
"""

import re
import unicodedata

# Telling wherever they stand in a word: a domain such as traumarecovery.example tells too.
_ANYWHERE = (
    "therap|terap|psych|psico|psiqu|counsel|consejer|trauma|depress|depresi|diagnos|anxiet|"
    "ansiedad|suicid|bipolar|mentalhealth"
)
# Telling only at the start of a word: "fundamental" and "possession" are innocent.
_AT_THE_START = (
    "mental|anxious|session|sesion|disorder|addict|rehab|grief|bereave|intake|"
    "consultation|behavioral|behavioural"
)
# Telling as whole words: conditions, methods, and the letters after a therapist's name.
_WHOLE = (
    "ptsd|ocd|adhd|cbt|dbt|emdr|psyd|lcsw|licsw|lmsw|lmft|mft|lpc|lpcc|lmhc|lcpc|ncc|patient|"
    "patients|recovery|panic|couples"
)

FORBIDDEN = re.compile(rf"{_ANYWHERE}|^(?:{_AT_THE_START})|^(?:{_WHOLE})$")

_WORD = re.compile(r"[^\W_]+")


def telling(text: str) -> list[str]:
    """Return the words of `text` that tell something, as typed, each once; empty if none does.

    Names of people are the caller's to keep out: no list knows them.
    """
    words = dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text)))
    return [word for word in words if FORBIDDEN.search(_plain(word))]


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
