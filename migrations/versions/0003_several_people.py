"""several people in one appointment

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEATED = ("participant", "series_member")


def upgrade() -> None:
    op.create_table(
        "guardianship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column(
            "sees",
            sa.Enum(
                "nothing", "times", "messages", name="guardiansees", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.CheckConstraint("person_id <> guardian_id", name=op.f("ck_guardianship_two_people")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guardianship_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_guardianship_guardian_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianship")),
        sa.UniqueConstraint(
            "person_id", "guardian_id", name=op.f("uq_guardianship_person_id_guardian_id")
        ),
    )
    with op.batch_alter_table("guardianship") as batch_op:
        batch_op.create_index("ix_guardianship_guardian_id", ["guardian_id"])
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("born", sa.Date(), nullable=True))
    for table in SEATED:
        _let_several_in(table)
    with op.batch_alter_table("series_member") as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_series_member_expires_at", ["expires_at"])
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.add_column(sa.Column("participant_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            "fk_idempotency_key_participant_id", "participant", ["participant_id"], ["id"]
        )
        batch_op.create_foreign_key(
            "fk_idempotency_key_member_id", "series_member", ["member_id"], ["id"]
        )
    op.execute(
        "UPDATE idempotency_key SET participant_id = (SELECT min(participant.id) FROM participant "
        "WHERE participant.appointment_id = idempotency_key.appointment_id)"
    )
    op.execute(
        "UPDATE idempotency_key SET member_id = (SELECT min(series_member.id) FROM series_member "
        "WHERE series_member.series_id = idempotency_key.series_id)"
    )


def downgrade() -> None:
    raise RuntimeError("several people have no place in the tables before: restore a backup")


def _let_several_in(table: str) -> None:
    """Let a row go without a seat, and say who may act for all: until now everybody could."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("seat", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(
            sa.Column("books", sa.Boolean(), nullable=False, server_default=sa.text("true"))
        )
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column("books", server_default=None)
