"""Letters, notices, violations and complaints, with all that hangs on them"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEPT = (
    "wording",
    "letter",
    "notice",
    "violation_type",
    "violation",
    "complaint_category",
    "complaint",
    "corrective_action",
    "compensation",
    "complaint_import",
)
ADDED_TO = (
    "letter_step",
    "letter_file",
    "letter_delivery",
    "letter_batch",
    "notice_step",
    "notice_delivery",
    "violation_step",
    "violation_inspection",
    "violation_photo",
    "complaint_step",
    "complaint_caller",
    "complaint_callback",
    "complaint_link",
    "complaint_file",
    "complaint_import_row",
)
ENDED = {
    "letter": "OLD.state IN ('filed', 'void')",
    "violation": "OLD.state IN ('filed', 'dropped')",
    "complaint": "OLD.state IN ('filed', 'withdrawn', 'joined')",
    "compensation": "OLD.state IN ('refused', 'taken_back', 'given')",
}


def upgrade() -> None:
    op.create_table(
        "violation_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("stops_work", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_violation_type_amount")),
        sa.CheckConstraint("days >= 0", name=op.f("ck_violation_type_days")),
        sa.ForeignKeyConstraint(["parent_id"], ["violation_type.id"], name=op.f("fk_violation_type_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_type")),
    )
    op.create_index("ix_violation_type_parent_id", "violation_type", ["parent_id"], unique=False)
    op.create_index(
        "uq_violation_type_name",
        "violation_type",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "uq_violation_type_top",
        "violation_type",
        ["name"],
        unique=True,
        sqlite_where=sa.text("active AND parent_id IS NULL"),
        postgresql_where=sa.text("active AND parent_id IS NULL"),
    )

    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index(
        "uq_wording_name",
        "wording",
        ["kind", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )

    op.create_table(
        "complaint_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_complaint_category_department_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["complaint_category.id"], name=op.f("fk_complaint_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_category")),
    )
    op.create_index("ix_complaint_category_parent_id", "complaint_category", ["parent_id"], unique=False)
    op.create_index(
        "uq_complaint_category_name",
        "complaint_category",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "uq_complaint_category_top",
        "complaint_category",
        ["name"],
        unique=True,
        sqlite_where=sa.text("active AND parent_id IS NULL"),
        postgresql_where=sa.text("active AND parent_id IS NULL"),
    )

    op.create_table(
        "letter_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_letter_batch_estate_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_letter_batch_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_batch_key")),
    )
    op.create_index("ix_letter_batch_estate_id", "letter_batch", ["estate_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wants_reading", sa.Boolean(), nullable=False),
        sa.Column("board_from", sa.Date(), nullable=True),
        sa.Column("board_until", sa.Date(), nullable=True),
        sa.Column("reach_by", sa.Date(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'dropped') OR issued_at IS NOT NULL", name=op.f("ck_notice_issued")),
        sa.CheckConstraint("(number IS NULL) = (issued_at IS NULL)", name=op.f("ck_notice_number")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["user_account.id"], name=op.f("fk_notice_drafted_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_notice_estate_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_notice_issued_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_notice_number_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_notice_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
    )
    op.create_index("ix_notice_estate_id", "notice", ["estate_id", "issued_at"], unique=False)
    op.create_index("ix_notice_state", "notice", ["estate_id", "state"], unique=False)

    op.create_table(
        "complaint_import",
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("open_cases", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_complaint_import_done")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_complaint_import_estate_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_complaint_import_job_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_complaint_import_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_import")),
    )
    op.create_index("ix_complaint_import_estate_id", "complaint_import", ["estate_id"], unique=False)

    op.create_table(
        "notice_step",
        sa.Column("notice_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_step_notice_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_notice_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_step")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_step_key")),
    )
    op.create_index("ix_notice_step_notice_id", "notice_step", ["notice_id", "id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("doc_no", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("reply_to_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("registered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("passed_on_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("answered_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("sent_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("served_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("customer_id IS NOT NULL OR party <> ''", name=op.f("ck_letter_party")),
        sa.CheckConstraint("direction = 'in' OR reply_due_on IS NULL", name=op.f("ck_letter_reply_due")),
        sa.CheckConstraint("direction = 'in' OR way IS NULL", name=op.f("ck_letter_way")),
        sa.ForeignKeyConstraint(["batch_id"], ["letter_batch.id"], name=op.f("fk_letter_batch_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_letter_customer_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_letter_department_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_letter_estate_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user_account.id"], name=op.f("fk_letter_handler_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_letter_number_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["letter.id"], name=op.f("fk_letter_reply_to_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_letter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
    )
    op.create_index(
        "ix_letter_about",
        "letter",
        ["about_kind", "about_id"],
        unique=False,
        sqlite_where=sa.text("about_id IS NOT NULL"),
        postgresql_where=sa.text("about_id IS NOT NULL"),
    )
    op.create_index("ix_letter_batch_id", "letter", ["batch_id"], unique=False)
    op.create_index("ix_letter_direction", "letter", ["direction", "registered_at"], unique=False)
    op.create_index("ix_letter_customer_id", "letter", ["customer_id"], unique=False)
    op.create_index(
        "ix_letter_due",
        "letter",
        ["estate_id", "reply_due_on"],
        unique=False,
        sqlite_where=sa.text("reply_due_on IS NOT NULL AND state IN ('registered', 'passed_on')"),
        postgresql_where=sa.text("reply_due_on IS NOT NULL AND state IN ('registered', 'passed_on')"),
    )
    op.create_index("ix_letter_estate_id", "letter", ["estate_id", "registered_at"], unique=False)
    op.create_index(
        "ix_letter_open",
        "letter",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'void')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'void')"),
    )
    op.create_index("ix_letter_registered_at", "letter", ["registered_at"], unique=False)
    op.create_index(
        "ix_letter_reply_to_id",
        "letter",
        ["reply_to_id"],
        unique=False,
        sqlite_where=sa.text("reply_to_id IS NOT NULL"),
        postgresql_where=sa.text("reply_to_id IS NOT NULL"),
    )
    op.create_index("ix_letter_unit_id", "letter", ["unit_id"], unique=False)

    op.create_table(
        "notice_household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("printed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("reached_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column(
            "reached_by",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("read_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("(reached_at IS NULL) = (reached_by IS NULL)", name=op.f("ck_notice_household_reached")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_notice_household_customer_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_household_mail_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_household_notice_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_household_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_household")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_notice_household_notice_id")),
    )
    op.create_index("ix_notice_household_customer_id", "notice_household", ["customer_id"], unique=False)
    op.create_index("ix_notice_household_unit_id", "notice_household", ["unit_id"], unique=False)
    op.create_index(
        "uq_notice_household_unit", "notice_household", ["notice_id", "unit_id", "customer_id"], unique=True
    )
    op.create_index(
        "ix_notice_household_unreached",
        "notice_household",
        ["notice_id"],
        unique=False,
        sqlite_where=sa.text("reached_at IS NULL"),
        postgresql_where=sa.text("reached_at IS NULL"),
    )

    op.create_table(
        "complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("source_number", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("public_area_id", sa.Integer(), nullable=True),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("hotline_number", sa.String(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column(
            "about",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("about_department_id", sa.Integer(), nullable=True),
        sa.Column("about_user_id", sa.Integer(), nullable=True),
        sa.Column("about_customer_id", sa.Integer(), nullable=True),
        sa.Column("contractor", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column(
            "severity_reason",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("joined_to_id", sa.Integer(), nullable=True),
        sa.Column("received_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("answer_due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("result_due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("replied_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reply_letter_id", sa.Integer(), nullable=True),
        sa.Column("wants_callback", sa.Boolean(), nullable=False),
        sa.Column("callback_due_on", sa.Date(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_words", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("answer_warned_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("result_warned_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'joined') = (joined_to_id IS NOT NULL)", name=op.f("ck_complaint_joined")),
        sa.CheckConstraint(
            "state NOT IN ('closed', 'filed') OR (cause <> '' AND outcome IS NOT NULL)"
            " OR (channel = 'import' AND result_due_at IS NULL)",
            name=op.f("ck_complaint_cause"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('replied', 'called_back', 'closed', 'filed') OR replied_at IS NOT NULL",
            name=op.f("ck_complaint_replied"),
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 2", name=op.f("ck_complaint_level")),
        sa.ForeignKeyConstraint(["about_customer_id"], ["customer.id"], name=op.f("fk_complaint_about_customer_id")),
        sa.ForeignKeyConstraint(
            ["about_department_id"], ["department.id"], name=op.f("fk_complaint_about_department_id")
        ),
        sa.ForeignKeyConstraint(["about_user_id"], ["user_account.id"], name=op.f("fk_complaint_about_user_id")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_complaint_building_id")),
        sa.ForeignKeyConstraint(["category_id"], ["complaint_category.id"], name=op.f("fk_complaint_category_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_complaint_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_complaint_estate_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user_account.id"], name=op.f("fk_complaint_handler_id")),
        sa.ForeignKeyConstraint(["joined_to_id"], ["complaint.id"], name=op.f("fk_complaint_joined_to_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_complaint_number_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["user_account.id"], name=op.f("fk_complaint_planned_by_id")),
        sa.ForeignKeyConstraint(["public_area_id"], ["public_area.id"], name=op.f("fk_complaint_public_area_id")),
        sa.ForeignKeyConstraint(["received_by_id"], ["user_account.id"], name=op.f("fk_complaint_received_by_id")),
        sa.ForeignKeyConstraint(["repeat_of_id"], ["complaint.id"], name=op.f("fk_complaint_repeat_of_id")),
        sa.ForeignKeyConstraint(["reply_letter_id"], ["letter.id"], name=op.f("fk_complaint_reply_letter_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_complaint_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("estate_id", "source_number", name=op.f("uq_complaint_estate_id")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_key")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
    )
    op.create_index("ix_complaint_about_customer_id", "complaint", ["about_customer_id"], unique=False)
    op.create_index("ix_complaint_building_id", "complaint", ["building_id"], unique=False)
    op.create_index("ix_complaint_callback_due_on", "complaint", ["estate_id", "callback_due_on"], unique=False)
    op.create_index("ix_complaint_closed_at", "complaint", ["estate_id", "closed_at"], unique=False)
    op.create_index("ix_complaint_customer_id", "complaint", ["customer_id", "category_id"], unique=False)
    op.create_index("ix_complaint_estate_id", "complaint", ["estate_id", "received_at"], unique=False)
    op.create_index(
        "ix_complaint_handler_id",
        "complaint",
        ["handler_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'withdrawn', 'joined')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'withdrawn', 'joined')"),
    )
    op.create_index(
        "ix_complaint_joined_to_id",
        "complaint",
        ["joined_to_id"],
        unique=False,
        sqlite_where=sa.text("joined_to_id IS NOT NULL"),
        postgresql_where=sa.text("joined_to_id IS NOT NULL"),
    )
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'withdrawn', 'joined')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'withdrawn', 'joined')"),
    )
    op.create_index("ix_complaint_public_area_id", "complaint", ["public_area_id"], unique=False)
    op.create_index("ix_complaint_received_at", "complaint", ["received_at"], unique=False)
    op.create_index(
        "ix_complaint_repeat_of_id",
        "complaint",
        ["repeat_of_id"],
        unique=False,
        sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
        postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
    )
    op.create_index("ix_complaint_hotline_number", "complaint", ["hotline_number"], unique=False)
    op.create_index("ix_complaint_severity", "complaint", ["severity", "received_at"], unique=False)
    op.create_index("ix_complaint_unit_id", "complaint", ["unit_id", "category_id"], unique=False)

    op.create_table(
        "letter_delivery",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "arrival",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "arrival <> 'on_its_way' OR channel IN ('ems', 'email')", name=op.f("ck_letter_delivery_sent")
        ),
        sa.CheckConstraint("arrival <> 'refused' OR witness <> ''", name=op.f("ck_letter_delivery_witness")),
        sa.CheckConstraint("channel <> 'ems' OR tracking <> ''", name=op.f("ck_letter_delivery_tracking")),
        sa.CheckConstraint(
            "channel <> 'posted_at_door' OR upload_id IS NOT NULL", name=op.f("ck_letter_delivery_photograph")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_delivery_letter_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_letter_delivery_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["letter_delivery.id"], name=op.f("fk_letter_delivery_reverses_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_letter_delivery_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_delivery")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_letter_delivery_reverses_id")),
    )
    op.create_index("ix_letter_delivery_letter_id", "letter_delivery", ["letter_id"], unique=False)

    op.create_table(
        "letter_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_file_letter_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_letter_file_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_file")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_file_key")),
    )
    op.create_index("ix_letter_file_letter_id", "letter_file", ["letter_id"], unique=False)

    op.create_table(
        "letter_step",
        sa.Column("letter_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_step_letter_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_letter_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_step")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_step_key")),
    )
    op.create_index("ix_letter_step_letter_id", "letter_step", ["letter_id", "id"], unique=False)

    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_household_id", sa.Integer(), nullable=False),
        sa.Column(
            "reach",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("takes_back_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "NOT worked OR reach <> 'door' OR upload_id IS NOT NULL", name=op.f("ck_notice_delivery_photograph")
        ),
        sa.CheckConstraint("worked OR note <> ''", name=op.f("ck_notice_delivery_why_not")),
        sa.ForeignKeyConstraint(
            ["notice_household_id"], ["notice_household.id"], name=op.f("fk_notice_delivery_notice_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["takes_back_id"], ["notice_delivery.id"], name=op.f("fk_notice_delivery_takes_back_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_notice_delivery_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_delivery_key")),
        sa.UniqueConstraint("takes_back_id", name=op.f("uq_notice_delivery_takes_back_id")),
    )
    op.create_index("ix_notice_delivery_notice_household_id", "notice_delivery", ["notice_household_id"], unique=False)

    op.create_table(
        "compensation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("taken_back_words", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'given' OR (given_on IS NOT NULL AND reference <> '')", name=op.f("ck_compensation_given")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_compensation_amount")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_compensation_four_eyes")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_compensation_asked_by_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_compensation_complaint_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_compensation_customer_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_compensation_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation")),
        sa.UniqueConstraint("key", name=op.f("uq_compensation_key")),
    )
    op.create_index("ix_compensation_complaint_id", "compensation", ["complaint_id"], unique=False)
    op.create_index("ix_compensation_customer_id", "compensation", ["customer_id"], unique=False)

    op.create_table(
        "complaint_caller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("wants_word", sa.Boolean(), nullable=False),
        sa.Column(
            "channel",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("joined_from_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("anonymous OR customer_id IS NOT NULL OR name <> ''", name=op.f("ck_complaint_caller_name")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_complaint_caller_call_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_caller_complaint_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_complaint_caller_customer_id")),
        sa.ForeignKeyConstraint(["joined_from_id"], ["complaint.id"], name=op.f("fk_complaint_caller_joined_from_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_complaint_caller_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_caller")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_caller_key")),
    )
    op.create_index("ix_complaint_caller_complaint_id", "complaint_caller", ["complaint_id"], unique=False)
    op.create_index("ix_complaint_caller_customer_id", "complaint_caller", ["customer_id"], unique=False)
    op.create_index("ix_complaint_caller_tail", "complaint_caller", ["tail"], unique=False)

    op.create_table(
        "complaint_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_file_complaint_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_complaint_file_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_file")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_file_key")),
    )
    op.create_index("ix_complaint_file_complaint_id", "complaint_file", ["complaint_id"], unique=False)

    op.create_table(
        "complaint_import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_import_row_complaint_id")),
        sa.ForeignKeyConstraint(
            ["complaint_import_id"], ["complaint_import.id"], name=op.f("fk_complaint_import_row_complaint_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_import_row")),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_complaint_import_row_complaint_id")),
        sa.UniqueConstraint(
            "complaint_import_id", "sheet", "row", name=op.f("uq_complaint_import_row_complaint_import_id")
        ),
    )
    op.create_table(
        "complaint_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_link_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_link")),
        sa.UniqueConstraint("complaint_id", "kind", "thing_id", name=op.f("uq_complaint_link_complaint_id")),
    )
    op.create_index("ix_complaint_link_kind", "complaint_link", ["kind", "thing_id"], unique=False)

    op.create_table(
        "complaint_step",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
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
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_complaint_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_step_key")),
    )
    op.create_index("ix_complaint_step_complaint_id", "complaint_step", ["complaint_id", "id"], unique=False)

    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_words", sa.String(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("verified_words", sa.String(), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("sent_back_words", sa.String(), nullable=False),
        sa.Column("dropped_words", sa.String(), nullable=False),
        sa.Column("dropped_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_corrective_action_done")),
        sa.CheckConstraint("verified_at IS NULL OR done_at IS NOT NULL", name=op.f("ck_corrective_action_verified")),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> done_by_id", name=op.f("ck_corrective_action_four_eyes")
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_corrective_action_complaint_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["user_account.id"], name=op.f("fk_corrective_action_done_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_corrective_action_owner_id")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name=op.f("fk_corrective_action_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
        sa.UniqueConstraint("key", name=op.f("uq_corrective_action_key")),
    )
    op.create_index("ix_corrective_action_complaint_id", "corrective_action", ["complaint_id"], unique=False)
    op.create_index("ix_corrective_action_owner_id", "corrective_action", ["owner_id", "due_on"], unique=False)

    op.create_table(
        "violation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("public_area_id", sa.Integer(), nullable=True),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("found_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("deposit_request_id", sa.Integer(), nullable=True),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("served_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("rectified_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column(
            "settlement",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("settled_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('noted', 'dropped', 'stopped', 'settled', 'filed', 'rectified') OR due_on IS NOT NULL",
            name=op.f("ck_violation_due"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('settled', 'filed') OR settlement IS NOT NULL", name=op.f("ck_violation_settlement")
        ),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR public_area_id IS NOT NULL OR spot <> ''", name=op.f("ck_violation_place")
        ),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_violation_building_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_violation_customer_id")),
        sa.ForeignKeyConstraint(
            ["deposit_request_id"], ["deposit_request.id"], name=op.f("fk_violation_deposit_request_id")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_violation_estate_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_violation_letter_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user_account.id"], name=op.f("fk_violation_noted_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_violation_number_id")),
        sa.ForeignKeyConstraint(["public_area_id"], ["public_area.id"], name=op.f("fk_violation_public_area_id")),
        sa.ForeignKeyConstraint(["type_id"], ["violation_type.id"], name=op.f("fk_violation_type_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_violation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation")),
        sa.UniqueConstraint("key", name=op.f("uq_violation_key")),
        sa.UniqueConstraint("number", name=op.f("uq_violation_number")),
    )
    op.create_index("ix_violation_about", "violation", ["about_kind", "about_id"], unique=False)
    op.create_index("ix_violation_customer_id", "violation", ["customer_id"], unique=False)
    op.create_index(
        "ix_violation_due_on",
        "violation",
        ["estate_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'dropped')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'dropped')"),
    )
    op.create_index("ix_violation_estate_id", "violation", ["estate_id", "noted_at"], unique=False)
    op.create_index("ix_violation_noted_at", "violation", ["noted_at"], unique=False)
    op.create_index(
        "ix_violation_open",
        "violation",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'dropped')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'dropped')"),
    )
    op.create_index("ix_violation_public_area_id", "violation", ["public_area_id"], unique=False)
    op.create_index("ix_violation_unit_id", "violation", ["unit_id"], unique=False)

    op.create_table(
        "complaint_callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("satisfied IS NOT NULL OR score IS NULL", name=op.f("ck_complaint_callback_unreached")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_complaint_callback_score")),
        sa.ForeignKeyConstraint(["caller_id"], ["complaint_caller.id"], name=op.f("fk_complaint_callback_caller_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_callback_complaint_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_complaint_callback_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_callback")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_callback_key")),
    )
    op.create_index("ix_complaint_callback_complaint_id", "complaint_callback", ["complaint_id"], unique=False)
    op.create_index("ix_complaint_callback_made_at", "complaint_callback", ["made_at"], unique=False)

    op.create_table(
        "violation_inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("violation_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("inspected_by_id", sa.Integer(), nullable=True),
        sa.Column("inspected_by", sa.String(), nullable=False),
        sa.Column("inspected_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspected_by_id"], ["user_account.id"], name=op.f("fk_violation_inspection_inspected_by_id")
        ),
        sa.ForeignKeyConstraint(["violation_id"], ["violation.id"], name=op.f("fk_violation_inspection_violation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_inspection")),
        sa.UniqueConstraint("key", name=op.f("uq_violation_inspection_key")),
    )
    op.create_index("ix_violation_inspection_violation_id", "violation_inspection", ["violation_id"], unique=False)

    op.create_table(
        "violation_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("violation_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_violation_photo_upload_id")),
        sa.ForeignKeyConstraint(["violation_id"], ["violation.id"], name=op.f("fk_violation_photo_violation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_violation_photo_key")),
    )
    op.create_index("ix_violation_photo_violation_id", "violation_photo", ["violation_id"], unique=False)

    op.create_table(
        "violation_step",
        sa.Column("violation_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_violation_step_taken_by_id")),
        sa.ForeignKeyConstraint(["violation_id"], ["violation.id"], name=op.f("fk_violation_step_violation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_step")),
        sa.UniqueConstraint("key", name=op.f("uq_violation_step_key")),
    )
    op.create_index("ix_violation_step_violation_id", "violation_step", ["violation_id", "id"], unique=False)
    for table in ADDED_TO:
        protect(table)
    protect("notice_household", but=("printed_at", "mail_id", "reached_at", "reached_by", "read_at"))
    for table, condition in ENDED.items():
        refuse(table, "UPDATE", condition)
    for table in KEPT:
        refuse(table, "DELETE")
