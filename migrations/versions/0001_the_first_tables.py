"""the first tables

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_entry_subject_subject_id", ["subject", "subject_id"], unique=False
        )

    op.create_table(
        "inbound_text",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_inbound_text")),
    )
    op.create_table(
        "phone_stop",
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_phone_stop")),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outside_name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("desk_hours", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("sees_abroad", sa.Boolean(), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=False),
        sa.Column("move_hours", sa.Integer(), nullable=False),
        sa.Column("late_fee_cents", sa.Integer(), nullable=False),
        sa.Column("email_reminder_hours", sa.Integer(), nullable=True),
        sa.Column("sms_reminder_hours", sa.Integer(), nullable=True),
        sa.Column("request_hours", sa.Integer(), nullable=False),
        sa.Column("room_opens_minutes", sa.Integer(), nullable=False),
        sa.Column("sms_needs_proof", sa.Boolean(), nullable=False),
        sa.Column("sms_per_hour", sa.Integer(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_practice_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_to_id", sa.Integer(), nullable=True),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verified_at IS NOT NULL OR resource_id IS NULL", name=op.f("ck_person_proved")
        ),
        sa.ForeignKeyConstraint(
            ["joined_to_id"], ["person.id"], name=op.f("fk_person_joined_to_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_person_resource_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_person_resource_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_email_key", ["email_key"], unique=False)
        batch_op.create_index("ix_person_phone", ["phone"], unique=False)

    op.create_table(
        "therapist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("credentials", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("first_call", sa.String(), nullable=False),
        sa.Column("price_note", sa.String(), nullable=False),
        sa.Column("sliding_from_cents", sa.Integer(), nullable=True),
        sa.Column("gives_receipts", sa.Boolean(), nullable=False),
        sa.Column("accepts_new", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("daily_limit", sa.Integer(), nullable=True),
        sa.Column("weekly_limit", sa.Integer(), nullable=True),
        sa.Column("client_calls", sa.Boolean(), nullable=False),
        sa.Column("video_provider", sa.String(), nullable=True),
        sa.Column("standing_room_url", sa.String(), nullable=True),
        sa.Column("diary_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_therapist_resource_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist")),
        sa.UniqueConstraint("email", name=op.f("uq_therapist_email")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_therapist_resource_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_therapist_slug")),
    )
    op.create_table(
        "day_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("until_minute", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_day_override_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_override")),
    )
    with op.batch_alter_table("day_override", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_day_override_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "outside_busy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_outside_busy_in_order")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_outside_busy_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_busy")),
    )
    with op.batch_alter_table("outside_busy", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outside_busy_therapist_id_until_at", ["therapist_id", "until_at"], unique=False
        )

    op.create_table(
        "session_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consultation",
                "intake",
                "individual",
                "couples",
                "family",
                "group",
                name="kind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("open_to_new", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=True),
        sa.Column("move_hours", sa.Integer(), nullable=True),
        sa.Column("late_fee_cents", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "buffer_after BETWEEN 0 AND 240", name=op.f("ck_session_type_buffer_after")
        ),
        sa.CheckConstraint(
            "buffer_before BETWEEN 0 AND 240", name=op.f("ck_session_type_buffer_before")
        ),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_session_type_minutes")),
        sa.CheckConstraint("step BETWEEN 5 AND 480", name=op.f("ck_session_type_step")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_session_type_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_type")),
        sa.UniqueConstraint("therapist_id", "slug", name=op.f("uq_session_type_therapist_id_slug")),
    )
    with op.batch_alter_table("session_type", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_type_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_sign_in_link_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("link_id", name=op.f("uq_sign_in_link_link_id")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_link_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "sms_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("wording_version", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_how", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sms_consent_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_consent")),
    )
    with op.batch_alter_table("sms_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_consent_person_id"), ["person_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_staff_session_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_staff_session_key_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_session_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "therapist_facet",
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column(
            "facet",
            sa.Enum(
                "need",
                "approach",
                "language",
                "insurance",
                "identity",
                "faith",
                "age",
                "access",
                name="facet",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_therapist_facet_therapist_id")
        ),
        sa.PrimaryKeyConstraint("therapist_id", "facet", "value", name=op.f("pk_therapist_facet")),
    )
    op.create_table(
        "therapist_licence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_therapist_licence_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapist_licence")),
        sa.UniqueConstraint(
            "therapist_id",
            "state",
            "number",
            name=op.f("uq_therapist_licence_therapist_id_state_number"),
        ),
    )
    with op.batch_alter_table("therapist_licence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapist_licence_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_time_off_in_order")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_time_off_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    with op.batch_alter_table("time_off", schema=None) as batch_op:
        batch_op.create_index(
            "ix_time_off_therapist_id_until_at", ["therapist_id", "until_at"], unique=False
        )

    op.create_table(
        "weekly_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < until_minute", name=op.f("ck_weekly_rule_in_order")
        ),
        sa.CheckConstraint(
            "every_weeks = 1 OR anchor IS NOT NULL", name=op.f("ck_weekly_rule_anchored")
        ),
        sa.CheckConstraint("until_minute <= 1440", name=op.f("ck_weekly_rule_within_the_day")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_rule_weekday")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_weekly_rule_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_rule")),
    )
    with op.batch_alter_table("weekly_rule", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_weekly_rule_therapist_id"), ["therapist_id"], unique=False
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.String(length=32), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("session_type_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consultation",
                "intake",
                "individual",
                "couples",
                "family",
                "group",
                name="kind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "modality",
            sa.Enum("video", "phone", "in_person", name="modality", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "requested",
                "confirmed",
                "cancelled",
                "declined",
                "expired",
                "completed",
                "no_show",
                name="status",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_starts", sa.DateTime(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("tzdata", sa.String(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=False),
        sa.Column("move_hours", sa.Integer(), nullable=False),
        sa.Column("late_fee_cents", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("therapist_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancel_reason", sa.LargeBinary(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("fee_cents", sa.Integer(), nullable=False),
        sa.Column("fee_waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'held' OR expires_at IS NOT NULL", name=op.f("ck_appointment_holds_expire")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_appointment_in_order")),
        sa.ForeignKeyConstraint(
            ["session_type_id"], ["session_type.id"], name=op.f("fk_appointment_session_type_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_appointment_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_appointment_hold_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_status_expires_at", ["status", "expires_at"], unique=False
        )
        batch_op.create_index(
            "ix_appointment_therapist_id_starts_at", ["therapist_id", "starts_at"], unique=False
        )

    op.create_table(
        "next_openings",
        sa.Column("session_type_id", sa.Integer(), nullable=False),
        sa.Column("diary_version", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_type_id"], ["session_type.id"], name=op.f("fk_next_openings_session_type_id")
        ),
        sa.PrimaryKeyConstraint("session_type_id", name=op.f("pk_next_openings")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_claim_in_order")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_claim_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_claim_resource_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("ix_claim_appointment_id", ["appointment_id"], unique=False)
        batch_op.create_index(
            "ix_claim_resource_id_from_at", ["resource_id", "from_at"], unique=False
        )

    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_idempotency_key_appointment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("route", "key", name="uq_idempotency_key_route_key"),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
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
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("access_needs", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_participant_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_participant_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("appointment_id", "seat", name="uq_participant_appointment_id_seat"),
        sa.UniqueConstraint("link_id", name=op.f("uq_participant_link_id")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index("ix_participant_person_id", ["person_id"], unique=False)

    op.create_table(
        "video_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_video_room_appointment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_room")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_video_room_appointment_id")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirmation",
                "request_received",
                "request_declined",
                "request_expired",
                "moved",
                "cancelled",
                "reminder",
                "links",
                "clash",
                "sign_in",
                "therapist_booked",
                "therapist_request",
                "therapist_moved",
                "therapist_cancelled",
                name="messagekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", name="channel", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "sending",
                "sent",
                "delivered",
                "failed",
                "unknown",
                "dropped",
                name="messagestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("rendered", sa.LargeBinary(), nullable=True),
        sa.Column("sent_to", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at < stale_at", name=op.f("ck_message_in_order")),
        sa.CheckConstraint(
            "participant_id IS NOT NULL OR therapist_id IS NOT NULL OR address IS NOT NULL",
            name=op.f("ck_message_has_a_recipient"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_message_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_message_participant_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_message_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_message_dedupe_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_address", ["address"], unique=False)
        batch_op.create_index("ix_message_appointment_id", ["appointment_id"], unique=False)
        batch_op.create_index(
            "ix_message_due_at",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('due', 'sending')"),
            sqlite_where=sa.text("state IN ('due', 'sending')"),
        )

    op.create_table(
        "send_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_send_attempt_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_attempt")),
        sa.UniqueConstraint("token", name=op.f("uq_send_attempt_token")),
    )
    with op.batch_alter_table("send_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_send_attempt_message_id"), ["message_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("send_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_send_attempt_message_id"))

    op.drop_table("send_attempt")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_due_at",
            postgresql_where=sa.text("state IN ('due', 'sending')"),
            sqlite_where=sa.text("state IN ('due', 'sending')"),
        )
        batch_op.drop_index("ix_message_appointment_id")
        batch_op.drop_index("ix_message_address")

    op.drop_table("message")
    op.drop_table("video_room")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index("ix_participant_person_id")

    op.drop_table("participant")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_created_at"))

    op.drop_table("idempotency_key")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_resource_id_from_at")
        batch_op.drop_index("ix_claim_appointment_id")

    op.drop_table("claim")
    op.drop_table("next_openings")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_therapist_id_starts_at")
        batch_op.drop_index("ix_appointment_status_expires_at")

    op.drop_table("appointment")
    with op.batch_alter_table("weekly_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_weekly_rule_therapist_id"))

    op.drop_table("weekly_rule")
    with op.batch_alter_table("time_off", schema=None) as batch_op:
        batch_op.drop_index("ix_time_off_therapist_id_until_at")

    op.drop_table("time_off")
    with op.batch_alter_table("therapist_licence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapist_licence_therapist_id"))

    op.drop_table("therapist_licence")
    op.drop_table("therapist_facet")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_therapist_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("sms_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_consent_person_id"))

    op.drop_table("sms_consent")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_therapist_id"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("session_type", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_type_therapist_id"))

    op.drop_table("session_type")
    with op.batch_alter_table("outside_busy", schema=None) as batch_op:
        batch_op.drop_index("ix_outside_busy_therapist_id_until_at")

    op.drop_table("outside_busy")
    with op.batch_alter_table("day_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_day_override_therapist_id"))

    op.drop_table("day_override")
    op.drop_table("therapist")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_phone")
        batch_op.drop_index("ix_person_email_key")

    op.drop_table("person")
    op.drop_table("resource")
    op.drop_table("practice")
    op.drop_table("phone_stop")
    op.drop_table("inbound_text")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject_subject_id")

    op.drop_table("audit_entry")
