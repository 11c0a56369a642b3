"""waiting for a time

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HAS_A_RECIPIENT = (
    "participant_id IS NOT NULL OR therapist_id IS NOT NULL OR address IS NOT NULL "
    "OR member_id IS NOT NULL OR waiting_id IS NOT NULL"
)
ONE_OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    _add_waiting()
    _add_what_they_wait_for()
    _add_offers()
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_constraint(op.f("ck_message_has_a_recipient"), type_="check")
        batch_op.add_column(sa.Column("waiting_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_message_waiting_id", ["waiting_id"])
        batch_op.create_foreign_key("fk_message_waiting_id", "waiting", ["waiting_id"], ["id"])
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_check_constraint(op.f("ck_message_has_a_recipient"), HAS_A_RECIPIENT)
    with op.batch_alter_table("practice") as batch_op:
        batch_op.add_column(
            sa.Column("wait_hours", sa.Integer(), nullable=False, server_default=sa.text("12"))
        )
    with op.batch_alter_table("practice") as batch_op:
        batch_op.alter_column("wait_hours", server_default=None)


def downgrade() -> None:
    raise RuntimeError("whoever waits has no place in the tables before: restore a backup")


def _add_waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            _one_of("waitingstatus", "waiting", "paused", "booked", "ended"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            _one_of("kind", "consultation", "intake", "individual", "couples", "family", "group"),
            nullable=False,
        ),
        sa.Column("modality", _one_of("modality", "video", "phone", "in_person"), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silences", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=False),
        sa.CheckConstraint("every_weeks BETWEEN 0 AND 4", name=op.f("ck_waiting_every_weeks")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("link_id", name=op.f("uq_waiting_link_id")),
    )
    with op.batch_alter_table("waiting") as batch_op:
        batch_op.create_index("ix_waiting_person_id", ["person_id"])
        batch_op.create_index("ix_waiting_status_joined_at", ["status", "joined_at"])


def _add_what_they_wait_for() -> None:
    op.create_table(
        "waiting_therapist",
        sa.Column("waiting_id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("looked_version", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["waiting.id"], name=op.f("fk_waiting_therapist_waiting_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_waiting_therapist_therapist_id")
        ),
        sa.PrimaryKeyConstraint("waiting_id", "therapist_id", name=op.f("pk_waiting_therapist")),
    )
    with op.batch_alter_table("waiting_therapist") as batch_op:
        batch_op.create_index("ix_waiting_therapist_therapist_id", ["therapist_id"])
    op.create_table(
        "waiting_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("waiting_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_waiting_window_weekday")),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < until_minute",
            name=op.f("ck_waiting_window_in_order"),
        ),
        sa.CheckConstraint("until_minute <= 1440", name=op.f("ck_waiting_window_within_the_day")),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["waiting.id"], name=op.f("fk_waiting_window_waiting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_window")),
    )
    with op.batch_alter_table("waiting_window") as batch_op:
        batch_op.create_index("ix_waiting_window_waiting_id", ["waiting_id"])


def _add_offers() -> None:
    columns = ("waiting", "therapist", "session_type", "appointment", "series")
    op.create_table(
        "waiting_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("waiting_id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("session_type_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            _one_of("waitingofferstatus", "open", "accepted", "declined", "lapsed", "withdrawn"),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("looked_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(appointment_id IS NULL) <> (series_id IS NULL)",
            name=op.f("ck_waiting_offer_is_of_one"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_waiting_offer_{table}_id")
            )
            for table in columns
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offer")),
        sa.UniqueConstraint("link_id", name=op.f("uq_waiting_offer_link_id")),
    )
    with op.batch_alter_table("waiting_offer") as batch_op:
        batch_op.create_index("ix_waiting_offer_waiting_id", ["waiting_id"])
        batch_op.create_index("ix_waiting_offer_therapist_id", ["therapist_id"])
        batch_op.create_index("ix_waiting_offer_status_expires_at", ["status", "expires_at"])
        batch_op.create_index(
            "uq_waiting_offer_one_open",
            ["waiting_id"],
            unique=True,
            postgresql_where=ONE_OPEN,
            sqlite_where=ONE_OPEN,
        )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)
