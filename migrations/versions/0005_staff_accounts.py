"""staff accounts

Revision ID: 0005
Revises: 0004
"""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

from booking.clock import utcnow

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_accounts()
    _add_what_they_prove_it_with()
    _add_coming_in()
    # Nobody acts yet who is not the therapist themselves: entries so far need no more.
    op.add_column("audit_entry", sa.Column("account_id", sa.Integer(), nullable=True))
    idle = sa.Column("staff_idle_minutes", sa.Integer(), nullable=False, server_default="15")
    with op.batch_alter_table("practice") as batch_op:
        batch_op.add_column(idle)
    with op.batch_alter_table("practice") as batch_op:
        batch_op.alter_column("staff_idle_minutes", server_default=None)
    _open_accounts_for_therapists()


def downgrade() -> None:
    raise RuntimeError("accounts have no place in the tables before: restore a backup")


def _add_accounts() -> None:
    op.create_table(
        "staff_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=True),
        sa.Column("is_desk", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("user_handle", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapist.id"], name=op.f("fk_staff_account_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_staff_account_email_key")),
        sa.UniqueConstraint("therapist_id", name=op.f("uq_staff_account_therapist_id")),
        sa.UniqueConstraint("user_handle", name=op.f("uq_staff_account_user_handle")),
    )


def _add_what_they_prove_it_with() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("challenge_hash", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("passkey_challenge"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint("challenge_hash", name=op.f("uq_passkey_challenge_challenge_hash")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    for table in ("recovery_code", "passkey", "passkey_challenge"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])
    op.create_index("ix_sign_in_try_at", "sign_in_try", ["at"])
    op.create_index("ix_sign_in_try_what_at", "sign_in_try", ["what", "at"])


def _add_coming_in() -> None:
    """Make links and sessions anew, of accounts: everybody signs in again."""
    op.drop_table("sign_in_link")
    op.drop_table("staff_session")
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_invitation", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("sign_in_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("link_id", name=op.f("uq_sign_in_link_link_id")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("for_therapist_id", sa.Integer(), nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("staff_session"),
        sa.ForeignKeyConstraint(
            ["for_therapist_id"], ["therapist.id"], name=op.f("fk_staff_session_for_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_staff_session_key_hash")),
    )
    for table in ("sign_in_link", "staff_session"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def _of_an_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id")
    return sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=name)


def _open_accounts_for_therapists() -> None:
    """Give each therapist an account; how they sign in they set up by their next mailed link."""
    therapist, account = _therapist(), _account()
    connection, taken = op.get_bind(), set()
    for row in connection.execute(sa.select(therapist).order_by(therapist.c.id)):
        key = row.email.strip().lower()
        # Two who share an address could not sign in before either: the second is invited anew.
        if key not in taken:
            taken.add(key)
            values = {
                "name": row.name,
                "email": row.email,
                "email_key": key,
                "therapist_id": row.id,
                "is_desk": False,
                "is_admin": False,
                "active": row.active,
                "totp_step": 0,
                "user_handle": token_hex(16),
                "created_at": utcnow(),
            }
            connection.execute(sa.insert(account).values(values))


def _therapist() -> sa.TableClause:
    names = ("id", "name", "email", "active")
    return sa.table("therapist", *(sa.column(name) for name in names))


def _account() -> sa.TableClause:
    return sa.table(
        "staff_account",
        sa.column("name"),
        sa.column("email"),
        sa.column("email_key"),
        sa.column("therapist_id"),
        sa.column("is_desk", sa.Boolean()),
        sa.column("is_admin", sa.Boolean()),
        sa.column("active", sa.Boolean()),
        sa.column("totp_step"),
        sa.column("user_handle"),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
