"""Text messages: how many parts one takes, and what a one-word answer asks for."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

# 3GPP TS 23.038, the basic alphabet and the characters that take an escape before them.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_LAST_IN_ONE_UNIT = "\uffff"

GSM7_ALONE, GSM7_PART = 160, 153
UCS2_ALONE, UCS2_PART = 70, 67


def is_gsm7(text: str) -> bool:
    """Return whether the text fits the alphabet that gives the longest messages."""
    return _BASIC.union(_ESCAPED).issuperset(text)


def segments(text: str) -> int:
    """Return how many messages the text is sent and charged as."""
    if is_gsm7(text):
        return _parts([2 if c in _ESCAPED else 1 for c in text], GSM7_ALONE, GSM7_PART)
    return _parts([2 if c > _LAST_IN_ONE_UNIT else 1 for c in text], UCS2_ALONE, UCS2_PART)


def _parts(widths: Sequence[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1 if widths else 0
    # A pair is never torn apart, so a part may end one short.
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count


class Word(StrEnum):
    """What an answer asks for; `OTHER` is anything a program should not act on."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


# The seven words of 47 CFR 64.1200(a)(10), Twilio's own, and the Spanish ones in use.
_STOPS = (
    "stop|stopall|stop all|unsubscribe|cancel|end|quit|revoke|optout|opt out|"
    "alto|parar|detener|cancelar"
)
_EXACT = {
    **dict.fromkeys(_STOPS.split("|"), Word.STOP),
    **dict.fromkeys(("start", "unstop", "yes"), Word.START),
    **dict.fromkeys(("help", "info", "ayuda"), Word.HELP),
}

_DO_NOT = r"(?:do not|don't|dont)"
_WHICH = (
    r"(?:(?:all|any|more|of|the|these|those|this|your|my|me|us|text|sms)\s)*"
    r"(?:appointment\s(?=reminder))?"
)
_TEXTS = rf"{_WHICH}(?:texts?|texting|sms|messages?|messaging|reminders?|notifications?|alerts?)\b"

# Plain sentences that can only mean one thing, wherever they stand in a clause ...
_PLAIN = re.compile(
    rf"\b(?:stop|quit|cancel)\s{_TEXTS}"
    rf"|\b(?:stop|quit)\s(?:sending|getting|receiving|with)\s{_TEXTS}"
    r"|\b(?:stop|quit)\s(?:contacting|bothering|spamming)\b"
    rf"|\bif you {_DO_NOT} (?:stop|quit)\b"
    rf"|(?<!\byou )\b(?:{_DO_NOT}|never)\s(?:text|message|sms|contact)"
    r"(?:\s(?:me|us|this|here|again|any\s?more|please)\b|$)"
    rf"|\b(?:{_DO_NOT}|no longer)\s(?:want|wish|need|like)\s"
    rf"(?:to\s(?:get|receive|have)\s)?{_TEXTS}"
    rf"|^(?:please\s)?no more\s{_TEXTS}"
    r"|\bunsubscribe\s(?:me|us|from|this|please)\b|\bopt\s(?:me|us)\sout\b"
    rf"|\bopt\s?out\s(?:of|from)\s{_TEXTS}"
    r"|\b(?:remove|take|delete)\s(?:me|us|my number|this number)\s(?:from|off)\s"
    rf"(?:(?:of\s)?(?:the|this|your)\slist\b|{_TEXTS})"
    r"|\b(?:revoke|withdraw)\s(?:my\s)?consent\b|\bwrong number\b|\bleave me alone\b"
)
# ... unless the words before them turn them round: "did you stop texting me?"
_TURNED = re.compile(
    r"\b(?:did (?:you|they)|does|when|was|were|i'll|i will)\b"
    r"|(?:\bnot|n't|\bdont|\bdidnt|\bwont|\bcant|\bnever)(?:\s(?:please|ever|just))?\s?$"
)
# The bare words count in a clause of their own, with nothing but courtesies around them.
_BARE = re.compile(
    r"(?:(?:please|pls|plz|just|ok|okay|hi|hey|hello|kindly|no|and|can you|could you|will you|"
    r"i said|how do i|how can i)\s)*"
    r"(?:stop|stop (?:it|this|that|all|everything)|stopall|"
    # "I want to stop" may be about far more than texts, so it is left to a person to read.
    r"(?:(?:i want to|i'd like to|i would like to)\s)?(?:unsubscribe|opt\s?out))"
    r"(?:\s(?:stop|please|pls|plz|now|thanks|thank you|already|immediately))*"
)

# No text is longer than this, and what is read should not take long.
_LONGEST = 1600
_CLAUSE_ENDS = re.compile(r"[.!?,;:\n\u2026\u2013\u2014]+")
_NOT_A_WORD = re.compile(r"[^\w']+|_+")


def read_word(body: str) -> Word:
    """Return what an incoming text asks for.

    The keywords count alone, in any case and with any punctuation around them. A plain
    sentence that asks for no more texts is a stop as well: any reasonable way will do.
    """
    clauses = [_words(clause) for clause in _CLAUSE_ENDS.split(_simplified(body))]
    whole = " ".join(clause for clause in clauses if clause)
    if whole in _EXACT:
        return _EXACT[whole]
    return Word.STOP if any(map(_asks_to_stop, clauses)) else Word.OTHER


def _asks_to_stop(clause: str) -> bool:
    if _BARE.fullmatch(clause):
        return True
    plain = _PLAIN.search(clause)
    return plain is not None and not _TURNED.search(clause[: plain.start()])


def _simplified(body: str) -> str:
    return unicodedata.normalize("NFKC", body[:_LONGEST]).casefold().replace("\u2019", "'")


def _words(text: str) -> str:
    return _NOT_A_WORD.sub(" ", text).strip(" '")
