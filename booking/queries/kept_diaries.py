"""Diaries kept in memory for those who only look, each for as long as nothing has changed it.

Everything that changes openings raises the therapist's `diary_version` in its own transaction.
A diary is read after the version it is kept under, so it may be newer than that, never older,
and is read again at the next version. Nothing that books looks here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.openings import Diary
from booking.queries.diaries import DiaryOwner, diary_of

# So many therapists at once, about 20 kB each; those kept longest make room.
MOST = 1000
# More is read than was asked for, so that looking on costs nothing.
BEHIND, AHEAD = timedelta(days=2), timedelta(days=70)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    window: Interval
    diary: Diary


_MEMORY: "WeakKeyDictionary[Engine | Connection, dict[int, _Kept]]" = WeakKeyDictionary()
_WRITING = Lock()


def kept_diary(
    session: Session, therapist: DiaryOwner, version: int, window: Interval, *, now: datetime
) -> Diary:
    """Return the diary of a therapist, for `window` at least; `version` was just read."""
    bind = session.get_bind()
    kept = _MEMORY.get(bind, {}).get(therapist.id)
    if kept is not None and kept.version == version:
        if kept.window.contains(window):
            return kept.diary
        window = _joined(kept.window, window)
    wide = _joined(window, Interval(now - BEHIND, now + AHEAD))
    diary = diary_of(session, therapist, wide)
    _keep(bind, therapist.id, _Kept(version, wide, diary))
    return diary


def forget() -> None:
    """Forget everything, as a process that begins; for who changes tables behind our back."""
    with _WRITING:
        _MEMORY.clear()


def _keep(bind: Engine | Connection, therapist_id: int, kept: _Kept) -> None:
    with _WRITING:
        memory = _MEMORY.setdefault(bind, {})
        memory.pop(therapist_id, None)
        while len(memory) >= MOST:
            del memory[next(iter(memory))]
        memory[therapist_id] = kept


def _joined(one: Interval, other: Interval) -> Interval:
    return Interval(min(one.start, other.start), max(one.end, other.end))
