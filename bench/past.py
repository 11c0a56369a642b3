"""Filling a database: the same booking again and again, each copy an hour further in the past."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import String, TypeDecorator

from booking.domain.messages import MessageState
from booking.models import (
    Appointment,
    AuditEntry,
    Base,
    Claim,
    IdempotencyKey,
    Message,
    Participant,
    Person,
    SmsConsent,
    db,
)
from booking.models.dialects import begin_writing, put_up_guard, take_down_guard

# In the order in which they refer to one another. Those with a name are referred to.
_NAMED: dict[str, type[Base]] = {
    "person_id": Person,
    "appointment_id": Appointment,
    "participant_id": Participant,
}
_NAMELESS: tuple[type[Base], ...] = (Claim, SmsConsent, IdempotencyKey, Message, AuditEntry)
ROOM_LEFT = 24
_NEVER_TWICE = {"hold_id", "uid", "link_id", "public_id", "dedupe_key", "key"}


def lengthen_the_past(appointment_id: int, count: int, *, start: int = 0) -> None:
    """Copy a booking with all its rows to each of the `count` hours before it.

    `start` says how many hours are filled already. What it owed to people counts as sent.
    """
    session = db.session()
    session.rollback()
    begin_writing(session)
    participant = session.scalars(
        select(Participant).filter_by(appointment_id=appointment_id)
    ).one()
    own = {
        "person_id": participant.person_id,
        "appointment_id": appointment_id,
        "participant_id": participant.id,
    }
    _make_haste(session)
    copier = _Copier(session, own, count, start)
    for name, model in _NAMED.items():
        copier.copy(model.__table__, own_id=own[name])  # type: ignore[arg-type]
    for model in _NAMELESS:
        copier.copy(model.__table__)  # type: ignore[arg-type]
    put_up_guard(session.connection())
    session.commit()
    tidy(session)


def _make_haste(session: Session) -> None:
    # Put up again, the guard looks at every row. That the copies point at one another is
    # plain, and PostgreSQL would look each pointer up.
    take_down_guard(session.connection())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL session_replication_role = replica"))


def tidy(session: Session) -> None:
    """Do what PostgreSQL does by itself sooner or later; SQLite has nothing of the kind."""
    if session.get_bind().dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def catch_up(session: Session, *models: type[Base]) -> None:
    """Make PostgreSQL number new rows after those that came with numbers of their own."""
    if session.get_bind().dialect.name == "postgresql":
        for model in models:
            table = model.__table__.name  # type: ignore[attr-defined]
            sequence = func.pg_get_serial_sequence(literal(table), literal("id"))
            session.execute(select(func.setval(sequence, func.max(model.__table__.c.id))))


class _Copier:
    """Writes `INSERT ... SELECT` so that one row becomes many."""

    def __init__(self, session: Session, own: dict[str, int], count: int, start: int) -> None:
        self.session = session
        self.own = own
        self.dialect = session.get_bind().dialect.name
        numbers = select(literal(start + 1).label("n")).cte("numbers", recursive=True)
        self.numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < start + count))
        self.n = self.numbers.c.n
        # New numbers begin after the highest there is, the same for whoever refers to them.
        self.base = {name: self._highest(model) - start for name, model in _NAMED.items()}

    def copy(self, table: Table, own_id: int | None = None) -> None:
        columns = [c for c in table.c if own_id is not None or c.name != "id"]
        values = [self._value(table, column) for column in columns]
        rows = (
            select(*values)
            .select_from(table)
            .join(self.numbers, true())
            .where(self._is_ours(table, own_id))
        )
        self.session.execute(insert(table).from_select(columns, rows))
        if own_id is not None:
            model = next(m for m in _NAMED.values() if m.__table__ is table)
            catch_up(self.session, model)

    def _highest(self, model: type[Base]) -> int:
        return self.session.scalar(select(func.max(model.__table__.c.id))) or 0

    def _is_ours(self, table: Table, own_id: int | None) -> ColumnElement[bool]:
        if own_id is not None:
            return table.c.id == own_id
        if "subject_id" in table.c:
            return (table.c.subject == "appointment") & (
                table.c.subject_id == self.own["appointment_id"]
            )
        name = "appointment_id" if "appointment_id" in table.c else "person_id"
        return table.c[name] == self.own[name]

    def _value(self, table: Table, column: Any) -> Any:
        named = next((name for name, m in _NAMED.items() if m.__table__ is table), None)
        refers = {"id": named, "subject_id": "appointment_id"}.get(column.name, column.name)
        if refers in self.base:
            return self.n + self.base[refers]
        if column.name in _NEVER_TWICE:
            # Random ids fill their column: the number takes the place of the last letters.
            kept = func.substr(column, 1, ROOM_LEFT) if column.type.length else column
            return kept.concat(literal("-")).concat(cast(self.n, String))
        if column.name == "state" and table is Message.__table__:
            return literal(MessageState.SENT.value)
        return self._earlier(column) if _is_instant(column.type) else column

    def _earlier(self, column: Any) -> Any:
        if self.dialect == "postgresql":
            return column - func.make_interval(0, 0, 0, 0, self.n)
        hours = literal("-").concat(cast(self.n, String)).concat(literal(" hours"))
        return func.strftime("%Y-%m-%d %H:%M:%f000", column, hours)


def _is_instant(kind: object) -> bool:
    real = kind.impl if isinstance(kind, TypeDecorator) else kind
    return isinstance(real, DateTime)
