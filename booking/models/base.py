"""The declarative base and the column types every table shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Enum, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive datetimes on the way in, gives back UTC on the way out.

    PostgreSQL keeps a `timestamptz`. SQLite keeps text without a zone, always in UTC and
    always of one width, so that text order is time order in its triggers and indexes.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallTime(TypeDecorator[datetime]):
    """What clocks on the wall show, without a zone: the zone stands in a column beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"wall-clock time must carry no zone: {value}")
        return value


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_ENUM_BY_VALUE = Enum(
    StrEnum,
    native_enum=False,
    length=32,
    values_callable=lambda cls: [member.value for member in cls],
)


class Base(DeclarativeBase):
    # A registry, not `type_annotation_map`: Flask-SQLAlchemy 3.1 copies the class body and
    # would trip over it (pallets-eco/flask-sqlalchemy#1361).
    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={
            datetime: UTCDateTime(),
            StrEnum: _ENUM_BY_VALUE,
            list[str]: JSON(),
            list[int]: JSON(),
            dict[str, object]: JSON(),
        },
    )


Key = Annotated[int, mapped_column(primary_key=True)]
RandomId = Annotated[str, mapped_column(String(32), unique=True)]
TherapistKey = Annotated[int, mapped_column(ForeignKey("therapist.id"), index=True)]

# The service asks for its sessions here and nowhere else; the models inherit from `Base`,
# so nothing but the engine and the session comes from Flask-SQLAlchemy.
db = SQLAlchemy(model_class=Base)
