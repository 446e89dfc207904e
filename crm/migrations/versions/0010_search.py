"""An object's tokens in one row instead of an index over all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_object",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_search_object")),
        sqlite_with_rowid=False,
    )
    joined = (
        "string_agg(token, chr(10))" if op.get_bind().dialect.name == "postgresql" else "group_concat(token, char(10))"
    )
    op.execute(
        "INSERT INTO search_object (kind, object_id, estate_id, tokens) "  # noqa: S608 - our own words
        f"SELECT kind, object_id, estate_id, {joined} FROM search_token GROUP BY kind, object_id, estate_id"
    )
    with op.batch_alter_table("search_token") as batch_op:
        batch_op.drop_index("ix_search_token_object")
