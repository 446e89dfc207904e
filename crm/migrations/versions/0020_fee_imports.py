"""Payment histories taken over, and bills that reach beyond a month"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MAY_SPAN = sa.text("source IN ('import', 'transfer')")


def upgrade() -> None:
    op.create_table(
        "fee_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("last_counts", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_fee_import_done")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_fee_import_estate_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_fee_import_job_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_fee_import_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_import")),
    )
    op.create_index("ix_fee_import_estate_id", "fee_import", ["estate_id"], unique=False)
    op.create_table(
        "fee_import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fee_import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_fee_import_row_bill_id")),
        sa.ForeignKeyConstraint(["fee_import_id"], ["fee_import.id"], name=op.f("fk_fee_import_row_fee_import_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_fee_import_row_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_import_row")),
        sa.UniqueConstraint("bill_id", name=op.f("uq_fee_import_row_bill_id")),
        sa.UniqueConstraint("fee_import_id", "sheet", "row", name=op.f("uq_fee_import_row_fee_import_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_fee_import_row_payment_id")),
    )
    op.create_index(
        "ix_bill_may_span",
        "bill",
        ["item_id", "unit_id", "ends"],
        unique=False,
        sqlite_where=MAY_SPAN,
        postgresql_where=MAY_SPAN,
    )
    protect("fee_import_row")
    refuse("fee_import", "DELETE")
