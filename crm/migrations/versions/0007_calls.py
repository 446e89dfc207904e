"""Calls"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reminded_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'settled' OR (follow_up <> '' AND owner_id IS NOT NULL AND due_at IS NOT NULL)",
            name=op.f("ck_call_follow_up"),
        ),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_call_done")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_call_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_call_estate_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_call_owner_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_call_taken_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_call_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_customer_id"), "call", ["customer_id"])
    op.create_index("ix_call_estate_id_started_at", "call", ["estate_id", "started_at"])
    op.create_index("ix_call_state_due_at", "call", ["state", "due_at"])
    op.create_index(op.f("ix_call_tail"), "call", ["tail"])
    op.create_index(op.f("ix_call_unit_id"), "call", ["unit_id"])
    op.create_table(
        "call_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_note_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_note")),
    )
    op.create_index(op.f("ix_call_note_call_id"), "call_note", ["call_id"])
    protect("call_note")
    # Whoever calls is found by these, too.
    op.create_index(op.f("ix_member_phone"), "member", ["phone"])
    op.create_index(op.f("ix_emergency_contact_phone"), "emergency_contact", ["phone"])
