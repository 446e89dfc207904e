"""Late fees: each time they were charged"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_fee_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("charged_by", sa.String(), nullable=False),
        sa.Column("charged_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_late_fee_run_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_fee_run")),
        sa.UniqueConstraint("estate_id", "day", name=op.f("uq_late_fee_run_estate_id")),
    )
    protect("late_fee_run")
