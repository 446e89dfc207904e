"""Bank collection: mandates, files to the bank and its answers"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("due_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("booked_by", sa.String(), nullable=True),
        sa.Column("booked_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_collection_batch_estate_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_collection_batch_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_batch")),
    )
    op.create_index("ix_collection_batch_estate_id", "collection_batch", ["estate_id", "drawn_on"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("account_masked", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= since", name=op.f("ck_mandate_period")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_mandate_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_mandate_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("estate_id", "agreement", name=op.f("uq_mandate_estate_id")),
    )
    op.create_index(
        "uq_mandate_live",
        "mandate",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "collection_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid IS NOT NULL)", name=op.f("ck_collection_line_paid")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_collection_line_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["collection_batch.id"], name=op.f("fk_collection_line_batch_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_collection_line_customer_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_collection_line_mandate_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_collection_line_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_line")),
        sa.UniqueConstraint("mandate_id", "batch_id", name=op.f("uq_collection_line_mandate_id")),
        sa.UniqueConstraint("batch_id", "serial", name=op.f("uq_collection_line_batch_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_collection_line_payment_id")),
    )
    op.create_index("ix_collection_line_customer_id", "collection_line", ["customer_id"], unique=False)
    protect("collection_line", but=("state", "paid", "reason", "payment_id"))
    for table in ("mandate", "collection_batch"):
        refuse(table, "DELETE")
    refuse("collection_batch", "UPDATE", "OLD.state IN ('booked', 'cancelled')")
    refuse("collection_line", "UPDATE", "OLD.payment_id IS NOT NULL", "booked")
