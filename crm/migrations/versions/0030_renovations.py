"""Renovations with all that hangs on them"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ADDED_TO = ("renovation_step", "renovation_paper", "renovation_fee")
KEPT = (
    "renovation_paper_kind",
    "renovation_work",
    "renovation",
    "renovation_extension",
    "renovation_alteration",
)
DECIDED = ("renovation_extension", "renovation_alteration")


def upgrade() -> None:
    op.create_table(
        "renovation_paper_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_paper_kind")),
    )
    op.create_index(
        "uq_renovation_paper_kind_title",
        "renovation_paper_kind",
        ["title"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "renovation_work",
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("alters_structure", sa.Boolean(), nullable=False),
        sa.Column("wets", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_renovation_work_days")),
        sa.CheckConstraint("deposit >= 0", name=op.f("ck_renovation_work_deposit")),
        sa.ForeignKeyConstraint(["parent_id"], ["renovation_work.id"], name=op.f("fk_renovation_work_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_work")),
    )
    op.create_index(op.f("ix_renovation_work_parent_id"), "renovation_work", ["parent_id"], unique=False)
    op.create_index(
        "uq_renovation_work_name",
        "renovation_work",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "uq_renovation_work_top",
        "renovation_work",
        ["name"],
        unique=True,
        sqlite_where=sa.text("active AND parent_id IS NULL"),
        postgresql_where=sa.text("active AND parent_id IS NULL"),
    )
    op.create_table(
        "renovation_work_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["renovation_paper_kind.id"], name=op.f("fk_renovation_work_paper_paper_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["renovation_work.id"], name=op.f("fk_renovation_work_paper_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_work_paper")),
        sa.UniqueConstraint("work_id", "paper_id", name=op.f("uq_renovation_work_paper_work_id")),
    )
    op.create_index("ix_renovation_work_paper_paper_id", "renovation_work_paper", ["paper_id"], unique=False)
    op.create_table(
        "renovation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("owns", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("contractor_licence", sa.String(), nullable=False),
        sa.Column("contractor_lead", sa.String(), nullable=False),
        sa.Column("contractor_phone", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("deposit_asked", sa.BigInteger(), nullable=False),
        sa.Column("deposit_reason", sa.String(), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("owed_reason", sa.String(), nullable=False),
        sa.Column("examined_by_id", sa.Integer(), nullable=True),
        sa.Column("examined_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("permit_number_id", sa.Integer(), nullable=True),
        sa.Column("permit_number", sa.String(), nullable=True),
        sa.Column("permitted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("first_passed_on", sa.Date(), nullable=True),
        sa.Column("second_due_on", sa.Date(), nullable=True),
        sa.Column("second_passed_on", sa.Date(), nullable=True),
        sa.Column("settled_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("applied_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('permitted', 'under_way', 'stopped', 'completion', 'fixing', 'waiting', 'mending', "
            "'checked', 'settled') OR permit_number IS NOT NULL",
            name=op.f("ck_renovation_permit"),
        ),
        sa.CheckConstraint("deposit_asked >= 0", name=op.f("ck_renovation_deposit_asked")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_renovation_planned")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_renovation_valid")),
        sa.ForeignKeyConstraint(["agreement_id"], ["upload.id"], name=op.f("fk_renovation_agreement_id")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["user_account.id"], name=op.f("fk_renovation_applied_by_id")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_renovation_building_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_renovation_customer_id")),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_renovation_deposit_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_renovation_estate_id")),
        sa.ForeignKeyConstraint(["examined_by_id"], ["user_account.id"], name=op.f("fk_renovation_examined_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_renovation_number_id")),
        sa.ForeignKeyConstraint(["permit_number_id"], ["number.id"], name=op.f("fk_renovation_permit_number_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_renovation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_key")),
        sa.UniqueConstraint("number", name=op.f("uq_renovation_number")),
        sa.UniqueConstraint("permit_number", name=op.f("uq_renovation_permit_number")),
    )
    op.create_index("ix_renovation_applied_at", "renovation", ["applied_at"], unique=False)
    op.create_index("ix_renovation_customer_id", "renovation", ["customer_id"], unique=False)
    op.create_index("ix_renovation_deposit_id", "renovation", ["deposit_id"], unique=False)
    op.create_index("ix_renovation_estate_id", "renovation", ["estate_id", "applied_at"], unique=False)
    op.create_index(
        "ix_renovation_open",
        "renovation",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
    )
    op.create_index(
        "ix_renovation_second_due_on",
        "renovation",
        ["estate_id", "second_due_on"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
    )
    op.create_index("ix_renovation_unit_id", "renovation", ["unit_id"], unique=False)
    op.create_index(
        "ix_renovation_valid_to",
        "renovation",
        ["estate_id", "valid_to"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'refused', 'withdrawn')"),
    )
    op.create_table(
        "renovation_alteration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("bears", sa.Boolean(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column(
            "decision",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision = 'asked' OR decided_at IS NOT NULL", name=op.f("ck_renovation_alteration_decided")
        ),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_renovation_alteration_four_eyes")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_renovation_alteration_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_renovation_alteration_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_alteration_renovation_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_alteration_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_alteration")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_alteration_key")),
    )
    op.create_index("ix_renovation_alteration_renovation_id", "renovation_alteration", ["renovation_id"], unique=False)
    op.create_table(
        "renovation_doing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_doing_renovation_id")),
        sa.ForeignKeyConstraint(["work_id"], ["renovation_work.id"], name=op.f("fk_renovation_doing_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_doing")),
        sa.UniqueConstraint("renovation_id", "work_id", name=op.f("uq_renovation_doing_renovation_id")),
    )
    op.create_index("ix_renovation_doing_work_id", "renovation_doing", ["work_id"], unique=False)
    op.create_table(
        "renovation_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column(
            "decision",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decision = 'asked' OR decided_at IS NOT NULL", name=op.f("ck_renovation_extension_decided")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_renovation_extension_reason")),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_renovation_extension_four_eyes")),
        sa.CheckConstraint("until > valid_to", name=op.f("ck_renovation_extension_until")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_renovation_extension_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_renovation_extension_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_extension_renovation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_extension")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_extension_key")),
    )
    op.create_index("ix_renovation_extension_renovation_id", "renovation_extension", ["renovation_id"], unique=False)
    op.create_index(
        "uq_renovation_extension_asked",
        "renovation_extension",
        ["renovation_id"],
        unique=True,
        sqlite_where=sa.text("decision = 'asked'"),
        postgresql_where=sa.text("decision = 'asked'"),
    )
    op.create_table(
        "renovation_fee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_renovation_fee_bill_id")),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_fee_renovation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_fee")),
        sa.UniqueConstraint("bill_id", name=op.f("uq_renovation_fee_bill_id")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_fee_key")),
    )
    op.create_index("ix_renovation_fee_renovation_id", "renovation_fee", ["renovation_id"], unique=False)
    op.create_table(
        "renovation_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("upload_id IS NOT NULL OR reason <> ''", name=op.f("ck_renovation_paper_brought")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_renovation_paper_added_by_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["renovation_paper_kind.id"], name=op.f("fk_renovation_paper_kind_id")),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_paper_renovation_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_paper_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_paper")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_paper_key")),
    )
    op.create_index("ix_renovation_paper_renovation_id", "renovation_paper", ["renovation_id", "kind_id"], unique=False)
    op.create_table(
        "renovation_step",
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_state",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_step_renovation_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_renovation_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_step")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_step_key")),
    )
    op.create_index("ix_renovation_step_renovation_id", "renovation_step", ["renovation_id", "id"], unique=False)
    for table in ADDED_TO:
        protect(table)
    for table in DECIDED:
        refuse(table, "UPDATE", "OLD.decision <> 'asked'")
    refuse("renovation", "UPDATE", "OLD.state IN ('closed', 'refused', 'withdrawn')")
    for table in KEPT:
        refuse(table, "DELETE")
