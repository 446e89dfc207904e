"""Customers merged and un-merged"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_customer_merged_into_id"), "customer", ["merged_into_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_customer_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_customer_name_born", ["name", "born"], unique=False)
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("supplement_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_customer_merge_two_files")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_customer_merge_estate_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["customer.id"], name=op.f("fk_customer_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["customer.id"], name=op.f("fk_customer_merge_merged_id")),
        sa.ForeignKeyConstraint(["supplement_id"], ["supplement.id"], name=op.f("fk_customer_merge_supplement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
    )
    op.create_index(op.f("ix_customer_merge_kept_id"), "customer_merge", ["kept_id"])
    op.create_index(op.f("ix_customer_merge_merged_id"), "customer_merge", ["merged_id"])
    op.create_table(
        "customer_unmerge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("supplement_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_customer_unmerge_estate_id")),
        sa.ForeignKeyConstraint(["merge_id"], ["customer_merge.id"], name=op.f("fk_customer_unmerge_merge_id")),
        sa.ForeignKeyConstraint(["supplement_id"], ["supplement.id"], name=op.f("fk_customer_unmerge_supplement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_unmerge")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_customer_unmerge_merge_id")),
    )
    op.create_table(
        "pair_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_pair_decision_order")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_pair_decision_estate_id")),
        sa.ForeignKeyConstraint(["one_id"], ["customer.id"], name=op.f("fk_pair_decision_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["customer.id"], name=op.f("fk_pair_decision_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_decision")),
    )
    op.create_index(op.f("ix_pair_decision_estate_id"), "pair_decision", ["estate_id"])
    op.create_index("ix_pair_decision_pair", "pair_decision", ["one_id", "other_id"])
    for table in ("customer_merge", "customer_unmerge", "pair_decision"):
        protect(table)
