"""Move-outs and sales"""

import sqlalchemy as sa
from alembic import op

import crm.db
import crm.money
from crm.migrations.append_only import protect, refuse

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaving",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("readings_note", sa.String(), nullable=False),
        sa.Column("keys_note", sa.String(), nullable=False),
        sa.Column("money_seen_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("open_note", sa.String(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_leaving_closed")),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'closed') OR signed_at IS NOT NULL", name=op.f("ck_leaving_signed")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_leaving_estate_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_leaving_number_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["upload.id"], name=op.f("fk_leaving_proof_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["user_account.id"], name=op.f("fk_leaving_started_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_leaving_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving")),
        sa.UniqueConstraint("key", name=op.f("uq_leaving_key")),
        sa.UniqueConstraint("number", name=op.f("uq_leaving_number")),
    )
    op.create_index("ix_leaving_day", "leaving", ["day"], unique=False)
    op.create_index("ix_leaving_estate_id", "leaving", ["estate_id", "day"], unique=False)
    op.create_index(
        "ix_leaving_open",
        "leaving",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('closed', 'cancelled')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'cancelled')"),
    )
    op.create_index("ix_leaving_unit_id", "leaving", ["unit_id"], unique=False)
    op.create_table(
        "leaving_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("occupancy_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("share", crm.money.Hundredths(), nullable=True),
        sa.CheckConstraint("(side = 'buys') = (occupancy_id IS NULL)", name=op.f("ck_leaving_party_occupancy")),
        sa.CheckConstraint("share > 0 AND share <= 10000", name=op.f("ck_leaving_party_share")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_leaving_party_customer_id")),
        sa.ForeignKeyConstraint(["leaving_id"], ["leaving.id"], name=op.f("fk_leaving_party_leaving_id")),
        sa.ForeignKeyConstraint(["occupancy_id"], ["occupancy.id"], name=op.f("fk_leaving_party_occupancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_party")),
        sa.UniqueConstraint("leaving_id", "occupancy_id", name=op.f("uq_leaving_party_leaving_id")),
    )
    op.create_index("ix_leaving_party_customer_id", "leaving_party", ["customer_id"], unique=False)
    op.create_index("ix_leaving_party_leaving_id", "leaving_party", ["leaving_id"], unique=False)
    op.create_index("ix_leaving_party_occupancy_id", "leaving_party", ["occupancy_id"], unique=False)
    op.create_table(
        "leaving_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("buyers_paper_id", sa.Integer(), nullable=True),
        sa.Column("leaver_drawing_id", sa.Integer(), nullable=True),
        sa.Column("buyer_drawing_id", sa.Integer(), nullable=True),
        sa.Column("clerk_drawing_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("buyers_scan_id", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "scan_id IS NOT NULL OR leaver_drawing_id IS NOT NULL", name=op.f("ck_leaving_sheet_signed")
        ),
        sa.ForeignKeyConstraint(["buyer_drawing_id"], ["upload.id"], name=op.f("fk_leaving_sheet_buyer_drawing_id")),
        sa.ForeignKeyConstraint(["buyers_paper_id"], ["upload.id"], name=op.f("fk_leaving_sheet_buyers_paper_id")),
        sa.ForeignKeyConstraint(["clerk_drawing_id"], ["upload.id"], name=op.f("fk_leaving_sheet_clerk_drawing_id")),
        sa.ForeignKeyConstraint(["leaver_drawing_id"], ["upload.id"], name=op.f("fk_leaving_sheet_leaver_drawing_id")),
        sa.ForeignKeyConstraint(["leaving_id"], ["leaving.id"], name=op.f("fk_leaving_sheet_leaving_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["upload.id"], name=op.f("fk_leaving_sheet_paper_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["upload.id"], name=op.f("fk_leaving_sheet_scan_id")),
        sa.ForeignKeyConstraint(["buyers_scan_id"], ["upload.id"], name=op.f("fk_leaving_sheet_buyers_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_sheet")),
    )
    op.create_index("ix_leaving_sheet_leaving_id", "leaving_sheet", ["leaving_id"], unique=False)
    op.create_table(
        "leaving_step",
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["leaving_id"], ["leaving.id"], name=op.f("fk_leaving_step_leaving_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_leaving_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_step")),
        sa.UniqueConstraint("key", name=op.f("uq_leaving_step_key")),
    )
    op.create_index("ix_leaving_step_leaving_id", "leaving_step", ["leaving_id", "id"], unique=False)
    protect("leaving_step")
    protect("leaving_sheet")
    refuse("leaving", "DELETE")
    refuse("leaving", "UPDATE", "OLD.state IN ('closed', 'cancelled')")
