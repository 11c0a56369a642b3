"""standing hours

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


SEATS = "seats BETWEEN 1 AND 30"
HAS_A_RECIPIENT = (
    "participant_id IS NOT NULL OR therapist_id IS NOT NULL OR address IS NOT NULL "
    "OR member_id IS NOT NULL"
)
Columns = dict[str, tuple[sa.types.TypeEngine[Any], str]]
PRACTICE_COLUMNS: Columns = {
    "offer_hours": (sa.Integer(), "48"),
    "agreement_hours": (sa.Integer(), "72"),
    "anchored_to_client": (sa.Boolean(), "false"),
}
SESSION_TYPE_COLUMNS: Columns = {
    "allows_series": (sa.Boolean(), "false"),
    "seats": (sa.Integer(), "1"),
}


def upgrade() -> None:
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_closure_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_until_at"), ["until_at"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("goals", sa.String(), nullable=False),
        sa.Column("procedures", sa.String(), nullable=False),
        sa.Column("telehealth", sa.String(), nullable=False),
        sa.Column("confidentiality", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_agreement_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint(
            "therapist_id", "version", name=op.f("uq_agreement_therapist_id_version")
        ),
    )
    op.create_table(
        "standing_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("session_type_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "withdrawn",
                "expired",
                name="offerstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_standing_offer_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_type_id"], ["session_type.id"], name=op.f("fk_standing_offer_session_type_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_standing_offer_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_offer")),
        sa.UniqueConstraint("link_id", name=op.f("uq_standing_offer_link_id")),
    )
    with op.batch_alter_table("standing_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_standing_offer_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_standing_offer_status_expires_at", ["status", "expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_standing_offer_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "offered",
                "requested",
                "confirmed",
                "ended",
                "declined",
                "expired",
                name="seriesstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_until", sa.Date(), nullable=False),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(paused_from IS NULL) = (paused_until IS NULL)", name=op.f("ck_series_pause_has_ends")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["standing_offer.id"], name=op.f("fk_series_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_series_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_series_public_id")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index("ix_series_status_expires_at", ["status", "expires_at"], unique=False)
        batch_op.create_index("ix_series_status_made_until", ["status", "made_until"], unique=False)
        batch_op.create_index(
            "ix_series_therapist_id_status", ["therapist_id", "status"], unique=False
        )

    op.create_table(
        "series_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("client", "guardian", "payer", name="role", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("attending", "left", name="participantstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("access_needs", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_series_member_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_member_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_member")),
        sa.UniqueConstraint("link_id", name=op.f("uq_series_member_link_id")),
        sa.UniqueConstraint("series_id", "seat", name="uq_series_member_series_id_seat"),
    )
    with op.batch_alter_table("series_member", schema=None) as batch_op:
        batch_op.create_index("ix_series_member_person_id", ["person_id"], unique=False)

    op.create_table(
        "series_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("session_type_id", sa.Integer(), nullable=False),
        sa.Column(
            "modality",
            sa.Enum("video", "phone", "in_person", name="modality", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("therapist_sequence", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.CheckConstraint("at_minute BETWEEN 0 AND 1439", name=op.f("ck_series_part_at_minute")),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 4", name=op.f("ck_series_part_every_weeks")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_series_part_minutes")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_part_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_type_id"], ["session_type.id"], name=op.f("fk_series_part_session_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_part")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_series_part_series_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_series_part_uid")),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_acceptance_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["series_member.id"], name=op.f("fk_acceptance_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint(
            "member_id", "agreement_id", name=op.f("uq_acceptance_member_id_agreement_id")
        ),
    )
    op.create_table(
        "member_calendar",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["series_member.id"], name=op.f("fk_member_calendar_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["series_part.id"], name=op.f("fk_member_calendar_part_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "part_id", name=op.f("pk_member_calendar")),
    )
    op.create_table(
        "series_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_as", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["series_part.id"], name=op.f("fk_series_question_part_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_question_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_question")),
        sa.UniqueConstraint(
            "part_id", "occurrence", name=op.f("uq_series_question_part_id_occurrence")
        ),
    )
    with op.batch_alter_table("series_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_series_question_series_id"), ["series_id"], unique=False
        )

    with op.batch_alter_table("appointment") as batch_op:
        batch_op.add_column(sa.Column("series_part_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("occurrence", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("asked_to_move_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.create_unique_constraint(
            "uq_appointment_series_part_id_occurrence", ["series_part_id", "occurrence"]
        )
        batch_op.create_foreign_key(
            "fk_appointment_series_part_id", "series_part", ["series_part_id"], ["id"]
        )
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_idempotency_key_series_id", "series", ["series_id"], ["id"])
    with op.batch_alter_table("participant") as batch_op:
        batch_op.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_participant_member_id", ["member_id"])
        batch_op.create_foreign_key(
            "fk_participant_member_id", "series_member", ["member_id"], ["id"]
        )
    _add_estimates()
    _add_to_messages()
    with op.batch_alter_table("practice") as batch_op:
        batch_op.add_column(sa.Column("holidays_region", sa.String(), nullable=True))
    _add_with_values("practice", PRACTICE_COLUMNS)
    _add_with_values("session_type", SESSION_TYPE_COLUMNS)
    with op.batch_alter_table("session_type") as batch_op:
        batch_op.create_check_constraint(op.f("ck_session_type_seats"), SEATS)


def downgrade() -> None:
    raise RuntimeError("standing hours have no place in the tables before: restore a backup")


def _add_estimates() -> None:
    """Add the table after `participant` has its new shape: SQLite makes that one anew."""
    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=False),
        sa.Column("covers_until", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(member_id IS NULL) <> (participant_id IS NULL)",
            name=op.f("ck_estimate_is_for_one"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["series_member.id"], name=op.f("fk_estimate_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_estimate_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate")),
        sa.UniqueConstraint("link_id", name=op.f("uq_estimate_link_id")),
        sa.UniqueConstraint("member_id", "number", name=op.f("uq_estimate_member_id_number")),
        sa.UniqueConstraint(
            "participant_id", "number", name=op.f("uq_estimate_participant_id_number")
        ),
    )


def _add_to_messages() -> None:
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_constraint(op.f("ck_message_has_a_recipient"), type_="check")
        batch_op.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_message_member_id", ["member_id"])
        batch_op.create_index("ix_message_series_id", ["series_id"])
        batch_op.create_foreign_key("fk_message_series_id", "series", ["series_id"], ["id"])
        batch_op.create_foreign_key("fk_message_member_id", "series_member", ["member_id"], ["id"])
    with op.batch_alter_table("message") as batch_op:
        batch_op.create_check_constraint(op.f("ck_message_has_a_recipient"), HAS_A_RECIPIENT)


def _add_with_values(table: str, columns: Columns) -> None:
    """Add columns that rows already there need a value for; new rows must bring their own."""
    with op.batch_alter_table(table) as batch_op:
        for name, (kind, value) in columns.items():
            batch_op.add_column(
                sa.Column(name, kind, nullable=False, server_default=sa.text(value))
            )
    with op.batch_alter_table(table) as batch_op:
        for name in columns:
            batch_op.alter_column(name, server_default=None)
