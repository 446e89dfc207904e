"""Outbox and notifications"""

import sqlalchemy as sa
from alembic import op

import crm.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=True),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("read_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("count >= 1", name=op.f("ck_notification_count")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "uq_notification_unread",
        "notification",
        ["user_id", "group"],
        unique=True,
        sqlite_where=unread,
        postgresql_where=unread,
    )
    op.create_index("ix_notification_user_id_created_at", "notification", ["user_id", "created_at"])
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("tried_since", crm.db.UtcDateTime(), nullable=False),
        sa.Column("next_try_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("runner", sa.String(), nullable=False),
        sa.Column("leased_until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("sent_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index("ix_mail_state_next_try_at", "mail", ["state", "next_try_at"])
    op.create_table(
        "mail_upload",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_upload_mail_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_mail_upload_upload_id")),
        sa.PrimaryKeyConstraint("mail_id", "position", name=op.f("pk_mail_upload")),
    )
