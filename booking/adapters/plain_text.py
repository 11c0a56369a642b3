"""Text from people, made safe to set into a line of a letter or a calendar file."""

import re
import unicodedata

# Controls, surrogates, and the separators of lines and paragraphs. Besides CR and LF, some
# of the readers we write for break a line at others of these too.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ADDRESS = re.compile(
    r"[!#-'*+\-./0-9=?A-Z^-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
)


def one_line(text: str) -> str:
    """Return `text` as one line without control characters, its runs of blanks made one."""
    return " ".join("".join(" " if _is_unprintable(char) else char for char in text).split())


def many_lines(text: str) -> str:
    """Return `text` without control characters but tab and LF; CRLF and CR become LF."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(" " if _is_unprintable(char) and char not in "\n\t" else char for char in joined)


def bare_address(text: str) -> str:
    """Return `text` if it is one plain ASCII mail address; raise `ValueError`, without it, if not.

    Quoted local parts and addresses outside ASCII are refused: too few servers carry them.
    """
    if not _ADDRESS.fullmatch(text):
        raise ValueError("not a plain mail address")
    return text


def _is_unprintable(char: str) -> bool:
    return unicodedata.category(char) in _UNPRINTABLE
