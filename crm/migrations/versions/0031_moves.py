"""Keys and move-ins"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_because", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_unit_key_count")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_unit_key_estate_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_key_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_key")),
    )
    op.create_index(op.f("ix_unit_key_estate_id"), "unit_key", ["estate_id"], unique=False)
    op.create_index(op.f("ix_unit_key_unit_id"), "unit_key", ["unit_id"], unique=False)
    op.create_index(
        "uq_unit_key",
        "unit_key",
        ["unit_id", "kind", "label"],
        unique=True,
        sqlite_where=sa.text("retired_on IS NULL"),
        postgresql_where=sa.text("retired_on IS NULL"),
    )
    op.create_table(
        "key_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("holder_kind", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("signing", sa.String(length=40), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("holder <> ''", name=op.f("ck_key_slip_holder")),
        sa.CheckConstraint(
            "holder_kind NOT IN ('agent', 'office') OR authority <> ''", name=op.f("ck_key_slip_authority")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_key_slip_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_key_slip_estate_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["user_account.id"], name=op.f("fk_key_slip_given_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_key_slip_number_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_key_slip_unit_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_key_slip_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_slip")),
        sa.UniqueConstraint("key", name=op.f("uq_key_slip_key")),
        sa.UniqueConstraint("number", name=op.f("uq_key_slip_number")),
    )
    op.create_index("ix_key_slip_about", "key_slip", ["about_kind", "about_id"], unique=False)
    op.create_index("ix_key_slip_customer_id", "key_slip", ["customer_id"], unique=False)
    op.create_index("ix_key_slip_estate_id", "key_slip", ["estate_id", "given_on"], unique=False)
    op.create_index("ix_key_slip_unit_id", "key_slip", ["unit_id"], unique=False)
    op.create_index(
        "ix_key_slip_unsigned",
        "key_slip",
        ["estate_id"],
        unique=False,
        sqlite_where=sa.text("upload_id IS NULL"),
        postgresql_where=sa.text("upload_id IS NULL"),
    )
    op.create_table(
        "key_slip_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_slip_id", sa.Integer(), nullable=False),
        sa.Column("unit_key_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_key_slip_line_count")),
        sa.ForeignKeyConstraint(["key_slip_id"], ["key_slip.id"], name=op.f("fk_key_slip_line_key_slip_id")),
        sa.ForeignKeyConstraint(["unit_key_id"], ["unit_key.id"], name=op.f("fk_key_slip_line_unit_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_slip_line")),
        sa.UniqueConstraint("key_slip_id", "unit_key_id", name=op.f("uq_key_slip_line_key_slip_id")),
    )
    op.create_index("ix_key_slip_line_unit_key_id", "key_slip_line", ["unit_key_id"], unique=False)
    op.create_table(
        "key_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_slip_line_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("outcome <> 'lost' OR reason <> ''", name=op.f("ck_key_return_reason")),
        sa.CheckConstraint("count > 0", name=op.f("ck_key_return_count")),
        sa.ForeignKeyConstraint(
            ["key_slip_line_id"], ["key_slip_line.id"], name=op.f("fk_key_return_key_slip_line_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_key_return_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_return")),
        sa.UniqueConstraint("key", name=op.f("uq_key_return_key")),
    )
    op.create_index("ix_key_return_key_slip_line_id", "key_return", ["key_slip_line_id"], unique=False)
    protect("key_slip", but=("signing", "upload_id", "signed_at"))
    protect("key_slip_line")
    protect("key_return")
    refuse("unit_key", "DELETE")
    refuse("unit_key", "UPDATE", "OLD.retired_on IS NOT NULL")
