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
    op.create_table(
        "move_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("occupancy_id", sa.Integer(), nullable=True),
        sa.Column("occupancy_begun", sa.Boolean(), nullable=False),
        sa.Column("lease_from", sa.Date(), nullable=True),
        sa.Column("lease_until", sa.Date(), nullable=True),
        sa.Column("licence_until", sa.Date(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("signing", sa.String(length=40), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("clerk_signature_id", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('started', 'cancelled') OR content_hash <> ''", name=op.f("ck_move_in_content")),
        sa.CheckConstraint(
            "state IN ('started', 'cancelled') OR signature_id IS NOT NULL", name=op.f("ck_move_in_signature")
        ),
        sa.CheckConstraint(
            "lease_until IS NULL OR lease_from IS NULL OR lease_from <= lease_until", name=op.f("ck_move_in_lease")
        ),
        sa.ForeignKeyConstraint(["clerk_signature_id"], ["upload.id"], name=op.f("fk_move_in_clerk_signature_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_move_in_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_move_in_estate_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_move_in_number_id")),
        sa.ForeignKeyConstraint(["occupancy_id"], ["occupancy.id"], name=op.f("fk_move_in_occupancy_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["upload.id"], name=op.f("fk_move_in_signature_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["user_account.id"], name=op.f("fk_move_in_started_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_move_in_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in")),
        sa.UniqueConstraint("key", name=op.f("uq_move_in_key")),
        sa.UniqueConstraint("number", name=op.f("uq_move_in_number")),
    )
    op.create_index("ix_move_in_customer_id", "move_in", ["customer_id"], unique=False)
    op.create_index("ix_move_in_estate_id", "move_in", ["estate_id", "started_at"], unique=False)
    op.create_index(
        "ix_move_in_open",
        "move_in",
        ["estate_id", "started_at"],
        unique=False,
        sqlite_where=sa.text("state = 'started'"),
        postgresql_where=sa.text("state = 'started'"),
    )
    op.create_index("ix_move_in_unit_id", "move_in", ["unit_id"], unique=False)
    op.create_index(
        "uq_move_in_open",
        "move_in",
        ["unit_id", "customer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'started'"),
        postgresql_where=sa.text("state = 'started'"),
    )
    op.create_table(
        "move_in_step",
        sa.Column("move_in_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["move_in_id"], ["move_in.id"], name=op.f("fk_move_in_step_move_in_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_move_in_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in_step")),
        sa.UniqueConstraint("key", name=op.f("uq_move_in_step_key")),
    )
    op.create_index("ix_move_in_step_move_in_id", "move_in_step", ["move_in_id", "id"], unique=False)
    op.create_table(
        "move_in_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_in_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("marked_by", sa.String(), nullable=False),
        sa.Column("marked_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("standing <> 'waived' OR words <> ''", name=op.f("ck_move_in_mark_words")),
        sa.ForeignKeyConstraint(["move_in_id"], ["move_in.id"], name=op.f("fk_move_in_mark_move_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in_mark")),
    )
    op.create_index("ix_move_in_mark_move_in_id", "move_in_mark", ["move_in_id", "id"], unique=False)
    op.create_table(
        "move_in_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_in_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("signing", sa.String(length=40), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.Column("kept_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("signing IS NOT NULL OR reason <> ''", name=op.f("ck_move_in_document_reason")),
        sa.CheckConstraint("(signing IS NULL) = (upload_id IS NULL)", name=op.f("ck_move_in_document_upload")),
        sa.ForeignKeyConstraint(["move_in_id"], ["move_in.id"], name=op.f("fk_move_in_document_move_in_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_move_in_document_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in_document")),
    )
    op.create_index("ix_move_in_document_move_in_id", "move_in_document", ["move_in_id", "id"], unique=False)
    op.create_table(
        "move_in_defect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_in_id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("found_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["move_in_id"], ["move_in.id"], name=op.f("fk_move_in_defect_move_in_id")),
        sa.ForeignKeyConstraint(
            ["repair_order_id"], ["repair_order.id"], name=op.f("fk_move_in_defect_repair_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in_defect")),
        sa.UniqueConstraint("key", name=op.f("uq_move_in_defect_key")),
        sa.UniqueConstraint("repair_order_id", name=op.f("uq_move_in_defect_repair_order_id")),
    )
    op.create_index("ix_move_in_defect_move_in_id", "move_in_defect", ["move_in_id"], unique=False)
    op.create_table(
        "move_in_deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_in_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_move_in_deposit_amount")),
        sa.ForeignKeyConstraint(["move_in_id"], ["move_in.id"], name=op.f("fk_move_in_deposit_move_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_in_deposit")),
    )
    op.create_index("ix_move_in_deposit_move_in_id", "move_in_deposit", ["move_in_id", "id"], unique=False)
    protect("key_slip", but=("signing", "upload_id", "signed_at"))
    protect("key_slip_line")
    protect("key_return")
    refuse("unit_key", "DELETE")
    refuse("unit_key", "UPDATE", "OLD.retired_on IS NOT NULL")
    for table in ("move_in_step", "move_in_mark", "move_in_document", "move_in_defect", "move_in_deposit"):
        protect(table)
    refuse("move_in", "DELETE")
    refuse("move_in", "UPDATE", "OLD.state IN ('filed', 'cancelled')")
