"""Indexes of the few files that are merged or have a credit code, not of everybody else"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
MERGED = sa.text("merged_into_id IS NOT NULL")
COMPANY = sa.text("credit_code <> ''")


def upgrade() -> None:
    op.drop_index("ix_customer_merged_into_id", table_name="customer")
    op.create_index(
        "ix_customer_merged_into_id", "customer", ["merged_into_id"], sqlite_where=MERGED, postgresql_where=MERGED
    )
    op.create_index(
        "ix_customer_credit_code", "customer", ["credit_code"], sqlite_where=COMPANY, postgresql_where=COMPANY
    )
