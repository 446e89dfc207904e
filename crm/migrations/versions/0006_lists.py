"""Saved filters and list layouts"""

import sqlalchemy as sa
from alembic import op

import crm.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("list_key", "user_id", "name", name=op.f("uq_saved_filter_list_key")),
    )
    op.create_table(
        "list_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column(
            "density",
            sa.Enum("comfortable", "normal", "compact", name="density", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("default_filter_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("page_size BETWEEN 1 AND 200", name=op.f("ck_list_layout_page_size")),
        sa.ForeignKeyConstraint(
            ["default_filter_id"], ["saved_filter.id"], name=op.f("fk_list_layout_default_filter_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_list_layout_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_layout")),
        sa.UniqueConstraint("user_id", "list_key", name=op.f("uq_list_layout_user_id")),
    )
