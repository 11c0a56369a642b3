"""calendars that are offered, and calendars that are read

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_feeds()
    _add_outside_calendars()
    # Nothing has ever written a row here: there was nothing to read.
    op.execute(sa.text("DELETE FROM outside_busy"))
    with op.batch_alter_table("outside_busy") as batch_op:
        batch_op.drop_column("source")
        batch_op.add_column(sa.Column("calendar_id", sa.Integer(), nullable=False))
        batch_op.create_index("ix_outside_busy_calendar_id", ["calendar_id"])
        batch_op.create_foreign_key(
            "fk_outside_busy_calendar_id", "outside_calendar", ["calendar_id"], ["id"]
        )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM outside_busy"))
    with op.batch_alter_table("outside_busy") as batch_op:
        batch_op.drop_constraint("fk_outside_busy_calendar_id", type_="foreignkey")
        batch_op.drop_index("ix_outside_busy_calendar_id")
        batch_op.drop_column("calendar_id")
        batch_op.add_column(sa.Column("source", sa.String(), nullable=False))
    op.drop_table("outside_calendar")
    op.drop_table("calendar_feed")


def _add_feeds() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("detail", _one_of("detail", "busy", "initials", "full", "own"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(therapist_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_calendar_feed_is_of_one")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_calendar_feed_therapist_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("link_id", name=op.f("uq_calendar_feed_link_id")),
        sa.UniqueConstraint(
            "therapist_id", "detail", name=op.f("uq_calendar_feed_therapist_id_detail")
        ),
    )
    with op.batch_alter_table("calendar_feed") as batch_op:
        batch_op.create_index("ix_calendar_feed_person_id", ["person_id"], unique=True)


def _add_outside_calendars() -> None:
    op.create_table(
        "outside_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("calendarkind", "ics", "caldav"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_full_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_outside_calendar_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_calendar")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outside_calendar_public_id")),
    )
    with op.batch_alter_table("outside_calendar") as batch_op:
        batch_op.create_index("ix_outside_calendar_therapist_id", ["therapist_id"])
        batch_op.create_index("ix_outside_calendar_due_at", ["due_at"])


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)
