"""Checks and settlements of renovations"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ADDED_TO = (
    "renovation_completion",
    "renovation_as_built",
    "renovation_check",
    "renovation_check_line",
    "renovation_check_photo",
    "renovation_settlement_step",
    "renovation_settlement_line",
    "renovation_settlement_photo",
)
SAID = ("round", "held", "deducted", "back", "billed")  # of a settlement: another is made instead


def upgrade() -> None:
    op.create_table(
        "renovation_check_item",
        sa.Column("applies", sa.String(length=40), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(applies = 'work') = (work_id IS NOT NULL)", name=op.f("ck_renovation_check_item_applies")),
        sa.CheckConstraint("hours BETWEEN 0 AND 240", name=op.f("ck_renovation_check_item_hours")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["renovation_check_item.id"], name=op.f("fk_renovation_check_item_parent_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["renovation_work.id"], name=op.f("fk_renovation_check_item_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_check_item")),
    )
    op.create_index(op.f("ix_renovation_check_item_parent_id"), "renovation_check_item", ["parent_id"], unique=False)
    op.create_index("ix_renovation_check_item_work_id", "renovation_check_item", ["work_id"], unique=False)
    op.create_index(
        "uq_renovation_check_item_name",
        "renovation_check_item",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "uq_renovation_check_item_top",
        "renovation_check_item",
        ["name"],
        unique=True,
        sqlite_where=sa.text("active AND parent_id IS NULL"),
        postgresql_where=sa.text("active AND parent_id IS NULL"),
    )
    op.create_table(
        "renovation_as_built",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_renovation_as_built_added_by_id")),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_as_built_renovation_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_as_built_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_as_built")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_as_built_key")),
    )
    op.create_index("ix_renovation_as_built_renovation_id", "renovation_as_built", ["renovation_id"], unique=False)
    op.create_table(
        "renovation_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("customer_signature_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("checked_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(customer_signature_id IS NULL) = (refusal <> '')", name=op.f("ck_renovation_check_customer")
        ),
        sa.CheckConstraint("refusal = '' OR witness <> ''", name=op.f("ck_renovation_check_witness")),
        sa.CheckConstraint("passed = (due_on IS NULL)", name=op.f("ck_renovation_check_due")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_renovation_check_checked_by_id")),
        sa.ForeignKeyConstraint(
            ["customer_signature_id"], ["upload.id"], name=op.f("fk_renovation_check_customer_signature_id")
        ),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_check_renovation_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["upload.id"], name=op.f("fk_renovation_check_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_check")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_check_key")),
    )
    op.create_index("ix_renovation_check_renovation_id", "renovation_check", ["renovation_id", "id"], unique=False)
    op.create_table(
        "renovation_completion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("built", sa.String(), nullable=False),
        sa.Column("as_approved", sa.Boolean(), nullable=False),
        sa.Column("differs", sa.String(), nullable=False),
        sa.Column("drawings", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("as_approved OR differs <> ''", name=op.f("ck_renovation_completion_differs")),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_completion_renovation_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user_account.id"], name=op.f("fk_renovation_completion_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_completion")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_completion_key")),
        sa.UniqueConstraint("renovation_id", name=op.f("uq_renovation_completion_renovation_id")),
    )
    op.create_table(
        "renovation_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("back", sa.BigInteger(), nullable=False),
        sa.Column("billed", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("deduction_id", sa.Integer(), nullable=True),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("paid_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("refusal = '' OR witness <> ''", name=op.f("ck_renovation_settlement_witness")),
        sa.CheckConstraint(
            "state IN ('proposed', 'objected', 'agreed', 'dropped') OR decided_by_id IS NOT NULL",
            name=op.f("ck_renovation_settlement_decided"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'objected', 'dropped', 'undone') OR signature_id IS NOT NULL OR witness <> '' OR (held = 0 AND billed = 0)",
            name=op.f("ck_renovation_settlement_signed"),
        ),
        sa.CheckConstraint("decided_by_id <> proposed_by_id", name=op.f("ck_renovation_settlement_four_eyes")),
        sa.CheckConstraint("deposit_id IS NOT NULL OR held = 0", name=op.f("ck_renovation_settlement_deposit")),
        sa.CheckConstraint("held = deducted + back", name=op.f("ck_renovation_settlement_whole")),
        sa.CheckConstraint(
            "held >= 0 AND deducted >= 0 AND back >= 0 AND billed >= 0", name=op.f("ck_renovation_settlement_sums")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_renovation_settlement_bill_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_renovation_settlement_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["deduction_id"], ["deposit_request.id"], name=op.f("fk_renovation_settlement_deduction_id")
        ),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_renovation_settlement_deposit_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_renovation_settlement_estate_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_renovation_settlement_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["deposit_request.id"], name=op.f("fk_renovation_settlement_refund_id")),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_settlement_renovation_id")
        ),
        sa.ForeignKeyConstraint(["signature_id"], ["upload.id"], name=op.f("fk_renovation_settlement_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_settlement")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_settlement_key")),
        sa.UniqueConstraint("number", name=op.f("uq_renovation_settlement_number")),
        sa.UniqueConstraint("renovation_id", "round", name=op.f("uq_renovation_settlement_renovation_id")),
    )
    op.create_index("ix_renovation_settlement_bill_id", "renovation_settlement", ["bill_id"], unique=False)
    op.create_index("ix_renovation_settlement_deposit_id", "renovation_settlement", ["deposit_id"], unique=False)
    op.create_index("ix_renovation_settlement_estate_id", "renovation_settlement", ["estate_id", "state"], unique=False)
    op.create_index(
        "uq_renovation_settlement_stands",
        "renovation_settlement",
        ["renovation_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('dropped', 'undone')"),
        postgresql_where=sa.text("state NOT IN ('dropped', 'undone')"),
    )
    op.create_table(
        "renovation_check_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("alteration_id", sa.Integer(), nullable=True),
        sa.Column("earlier_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict <> 'fix' OR words <> ''", name=op.f("ck_renovation_check_line_words")),
        sa.ForeignKeyConstraint(
            ["alteration_id"], ["renovation_alteration.id"], name=op.f("fk_renovation_check_line_alteration_id")
        ),
        sa.ForeignKeyConstraint(["check_id"], ["renovation_check.id"], name=op.f("fk_renovation_check_line_check_id")),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["renovation_check_line.id"], name=op.f("fk_renovation_check_line_earlier_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["renovation_check_item.id"], name=op.f("fk_renovation_check_line_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_check_line")),
    )
    op.create_index("ix_renovation_check_line_alteration_id", "renovation_check_line", ["alteration_id"], unique=False)
    op.create_index("ix_renovation_check_line_check_id", "renovation_check_line", ["check_id"], unique=False)
    op.create_index("ix_renovation_check_line_earlier_id", "renovation_check_line", ["earlier_id"], unique=False)
    op.create_index("ix_renovation_check_line_item_id", "renovation_check_line", ["item_id"], unique=False)
    op.create_table(
        "renovation_settlement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("from_deposit", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("violation_id", sa.Integer(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_renovation_settlement_line_reason")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_renovation_settlement_line_amount")),
        sa.CheckConstraint(
            "from_deposit BETWEEN 0 AND amount", name=op.f("ck_renovation_settlement_line_from_deposit")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_renovation_settlement_line_bill_id")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["renovation_settlement.id"], name=op.f("fk_renovation_settlement_line_settlement_id")
        ),
        sa.ForeignKeyConstraint(
            ["violation_id"], ["violation.id"], name=op.f("fk_renovation_settlement_line_violation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_settlement_line")),
    )
    op.create_index("ix_renovation_settlement_line_bill_id", "renovation_settlement_line", ["bill_id"], unique=False)
    op.create_index(
        "ix_renovation_settlement_line_settlement_id", "renovation_settlement_line", ["settlement_id"], unique=False
    )
    op.create_index(
        "ix_renovation_settlement_line_violation_id", "renovation_settlement_line", ["violation_id"], unique=False
    )
    op.create_table(
        "renovation_settlement_step",
        sa.Column("settlement_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["renovation_settlement.id"], name=op.f("fk_renovation_settlement_step_settlement_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user_account.id"], name=op.f("fk_renovation_settlement_step_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_settlement_step")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_settlement_step_key")),
    )
    op.create_index(
        "ix_renovation_settlement_step_settlement_id",
        "renovation_settlement_step",
        ["settlement_id", "id"],
        unique=False,
    )
    op.create_table(
        "renovation_check_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["renovation_check_line.id"], name=op.f("fk_renovation_check_photo_line_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_check_photo_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_check_photo")),
        sa.UniqueConstraint("line_id", "upload_id", name=op.f("uq_renovation_check_photo_line_id")),
    )
    op.create_index("ix_renovation_check_photo_upload_id", "renovation_check_photo", ["upload_id"], unique=False)
    op.create_table(
        "renovation_settlement_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["renovation_settlement_line.id"], name=op.f("fk_renovation_settlement_photo_line_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_settlement_photo_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_settlement_photo")),
        sa.UniqueConstraint("line_id", "upload_id", name=op.f("uq_renovation_settlement_photo_line_id")),
    )
    op.create_index(
        "ix_renovation_settlement_photo_upload_id", "renovation_settlement_photo", ["upload_id"], unique=False
    )
    for table in ADDED_TO:
        protect(table)
    refuse("renovation_settlement", "UPDATE", "OLD.state IN ('dropped', 'undone')")
    for column in SAID:
        refuse("renovation_settlement", "UPDATE", f"NEW.{column} <> OLD.{column}", column)
    for table in ("renovation_check_item", "renovation_settlement"):
        refuse(table, "DELETE")
    _reopened()


def _reopened() -> None:
    """What is closed is touched by nothing but that its settlement is opened again."""
    on = " ON renovation" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER renovation_refuse_update{on}")
    ended = "OLD.state IN ('refused', 'withdrawn') OR (OLD.state = 'closed' AND NEW.state <> 'checked')"
    refuse("renovation", "UPDATE", ended)
