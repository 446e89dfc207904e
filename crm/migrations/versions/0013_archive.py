"""The archive: numbers, dossiers, the loan and guarantee register, the hand-over"""

import sqlalchemy as sa
from alembic import op

import crm.db
import crm.money
from crm.migrations.append_only import protect, refuse, refuse_where

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROWS = (
    "policy_version",
    "attachment",
    "attachment_release",
    "issued_print",
    "project_decision",
    "slot_absence",
    "supplement_filing",
    "role_change",
    "end_correction",
    "repayment",
)
STAYS = (
    "archive_number",
    "archive_correction",
    "archive_location",
    "appointment",
    "client",
    "collateral",
    "contract",
    "custody",
    "dossier",
    "guarantor",
    "item_removal",
    "number",
    "number_series",
    "project",
    "volume",
)
TERMS = "kind client_id amount term_months rate applied_on"  # of a project, once it is decided
ONCE = {  # of a project: said once, with what is said beside it
    "approved_on": "approved_on",
    "end_evidence_id": "end_evidence_id basis end_remark",
    "settled_on": "settled_on settled_evidence_id settled_remark",
}
SECURITIES = {  # what was entered; only that it ended is added, once
    "guarantor": "client_id kind name amount note",
    "collateral": "kind description owner certificate_no value",
    "contract": "title original_no parties signed_on amount",
}
FINAL = "OLD.state IN ('refused', 'withdrawn', 'settled') AND NEW.state <> OLD.state"
FIXED = "number_id code title security state kind mode subject_kind subject_id template_id policy_version_id filed_at filed_by"
ASKED = "dossier_id item_id reason asked_by_id asked_at"  # of a correction or removal


def _changed(names: str) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names.split())


def upgrade() -> None:
    op.create_table(
        "archive_location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["archive_location.id"], name=op.f("fk_archive_location_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_location")),
        sa.UniqueConstraint("path", name=op.f("uq_archive_location_path")),
    )
    op.create_index(op.f("ix_archive_location_parent_id"), "archive_location", ["parent_id"], unique=False)
    op.create_table(
        "dossier_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("in_force_from", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_template")),
        sa.UniqueConstraint("kind", "edition", name=op.f("uq_dossier_template_kind")),
    )
    op.create_index(
        "ix_dossier_template_in_force",
        "dossier_template",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "issued_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_at", crm.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_print")),
        sa.UniqueConstraint("hash", name=op.f("uq_issued_print_hash")),
        sa.UniqueConstraint("kind", "subject_id", "version", name=op.f("uq_issued_print_kind")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "template_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["template_id"], ["dossier_template.id"], name=op.f("fk_template_section_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_section")),
        sa.UniqueConstraint("template_id", "position", name=op.f("uq_template_section_template_id")),
    )
    op.create_index(op.f("ix_template_section_template_id"), "template_section", ["template_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("appointed_by_id", sa.Integer(), nullable=False),
        sa.Column("appointed_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("left_counted", sa.Integer(), nullable=True),
        sa.Column("left_expected", sa.Integer(), nullable=True),
        sa.Column("left_remark", sa.String(), nullable=False),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name=op.f("ck_appointment_order")),
        sa.CheckConstraint("user_id <> appointed_by_id", name=op.f("ck_appointment_not_oneself")),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["user_account.id"], name=op.f("fk_appointment_appointed_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_appointment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ix_appointment_live",
        "appointment",
        ["role", "user_id"],
        unique=True,
        sqlite_where=sa.text("ends IS NULL"),
        postgresql_where=sa.text("ends IS NULL"),
    )
    op.create_index(op.f("ix_appointment_user_id"), "appointment", ["user_id"], unique=False)
    op.create_table(
        "archive_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reserved_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("reserved_by", sa.String(), nullable=False),
        sa.Column("settled_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["number.id"], name=op.f("fk_archive_number_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_number")),
    )
    op.create_table(
        "template_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("is_contract", sa.Boolean(), nullable=False),
        sa.Column("is_title", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["template_section.id"], name=op.f("fk_template_slot_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_slot")),
        sa.UniqueConstraint("section_id", "position", name=op.f("uq_template_slot_section_id")),
    )
    op.create_index(op.f("ix_template_slot_section_id"), "template_slot", ["section_id"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("policy_version_id", sa.Integer(), nullable=True),
        sa.Column(
            "security",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "retention",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("home_id", sa.Integer(), nullable=True),
        sa.Column("continued_in_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'property') = (estate_id IS NOT NULL)", name=op.f("ck_dossier_estate")),
        sa.CheckConstraint("(kind = 'property') = (mode = 'accretive')", name=op.f("ck_dossier_mode")),
        sa.CheckConstraint(
            "state <> 'filed' OR (filed_at IS NOT NULL AND number_id IS NOT NULL)", name=op.f("ck_dossier_filed")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_dossier_estate_id")),
        sa.ForeignKeyConstraint(["continued_in_id"], ["dossier.id"], name=op.f("fk_dossier_continued_in_id")),
        sa.ForeignKeyConstraint(["home_id"], ["archive_location.id"], name=op.f("fk_dossier_home_id")),
        sa.ForeignKeyConstraint(["number_id"], ["archive_number.id"], name=op.f("fk_dossier_number_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_dossier_policy_version_id")
        ),
        sa.ForeignKeyConstraint(["template_id"], ["dossier_template.id"], name=op.f("fk_dossier_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("estate_id", "code", name=op.f("uq_dossier_estate_id")),
        sa.UniqueConstraint("number_id", name=op.f("uq_dossier_number_id")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_dossier_subject_kind")),
    )
    op.create_index(op.f("ix_dossier_code"), "dossier", ["code"], unique=False)
    op.create_index(
        "ix_dossier_continued_in_id",
        "dossier",
        ["continued_in_id"],
        unique=False,
        sqlite_where=sa.text("continued_in_id IS NOT NULL"),
        postgresql_where=sa.text("continued_in_id IS NOT NULL"),
    )
    op.create_index("ix_dossier_kind_opened_on", "dossier", ["kind", "opened_on"], unique=False)
    op.create_index("ix_dossier_opened_on", "dossier", ["opened_on", "id"], unique=False)
    op.create_index(op.f("ix_dossier_title"), "dossier", ["title"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("copies >= 1", name=op.f("ck_attachment_copies")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_attachment_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_dossier_id"), "attachment", ["dossier_id"], unique=False)
    op.create_table(
        "custody",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ends_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("caused_by", sa.String(), nullable=False),
        sa.CheckConstraint("(holder_id IS NULL) <> (location_id IS NULL)", name=op.f("ck_custody_one_place")),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_custody_order")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_custody_dossier_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user_account.id"], name=op.f("fk_custody_holder_id")),
        sa.ForeignKeyConstraint(["location_id"], ["archive_location.id"], name=op.f("fk_custody_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    op.create_index("ix_custody_dossier_id_starts_at", "custody", ["dossier_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_custody_holder_id"), "custody", ["holder_id"], unique=False)
    op.create_index(op.f("ix_custody_location_id"), "custody", ["location_id"], unique=False)
    op.create_index(
        "ix_custody_open",
        "custody",
        ["dossier_id"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("legal_representative", sa.String(), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(), nullable=True),
        sa.Column("id_masked", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("registered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(id_sealed IS NULL) = (id_index IS NULL)", name=op.f("ck_client_sealed")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["user_account.id"], name=op.f("fk_client_registered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    op.create_index("ix_client_id_index", "client", ["id_index"], unique=False)
    op.create_index(op.f("ix_client_name"), "client", ["name"], unique=False)
    op.create_index("ix_client_credit_code", "client", ["credit_code"], unique=False)
    op.create_index(op.f("ix_client_registered_by_id"), "client", ["registered_by_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("amount", crm.money.Fen(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("rate", crm.money.Hundredths(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "basis",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("end_evidence_id", sa.Integer(), nullable=True),
        sa.Column("end_remark", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_evidence_id", sa.Integer(), nullable=True),
        sa.Column("settled_remark", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("imported_as", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name=op.f("ck_project_settled")),
        sa.CheckConstraint(
            "state <> 'settled' OR settled_evidence_id IS NOT NULL OR imported_as IS NOT NULL",
            name=op.f("ck_project_settlement_evidence"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ended', 'settled') OR (ends_on IS NOT NULL AND basis IS NOT NULL)",
            name=op.f("ck_project_end"),
        ),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_project_two_people")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_project_amount")),
        sa.CheckConstraint("term_months > 0 AND rate >= 0", name=op.f("ck_project_terms")),
        sa.CheckConstraint(
            "NOT (state IN ('ended', 'settled')) OR end_evidence_id IS NOT NULL OR imported_as IS NOT NULL",
            name=op.f("ck_project_evidence"),
        ),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_project_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_project_b_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_project_client_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_project_department_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_project_dossier_id")),
        sa.ForeignKeyConstraint(["end_evidence_id"], ["upload.id"], name=op.f("fk_project_end_evidence_id")),
        sa.ForeignKeyConstraint(["settled_evidence_id"], ["upload.id"], name=op.f("fk_project_settled_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_project_dossier_id")),
        sa.UniqueConstraint("imported_as", name=op.f("uq_project_imported_as")),
    )
    op.create_index(op.f("ix_project_a_id"), "project", ["a_id"], unique=False)
    op.create_index(op.f("ix_project_b_id"), "project", ["b_id"], unique=False)
    op.create_index(op.f("ix_project_client_id"), "project", ["client_id"], unique=False)
    op.create_index("ix_project_state_due_on", "project", ["state", "due_on"], unique=False)
    op.create_index("ix_project_state_ends_on", "project", ["state", "ends_on"], unique=False)
    op.create_index(op.f("ix_project_title"), "project", ["title"], unique=False)
    op.create_table(
        "dossier_reader",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_reader_dossier_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_dossier_reader_user_id")),
        sa.PrimaryKeyConstraint("dossier_id", "user_id", name=op.f("pk_dossier_reader")),
    )
    op.create_index(op.f("ix_dossier_reader_user_id"), "dossier_reader", ["user_id"])
    op.create_table(
        "volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_volume_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume")),
        sa.UniqueConstraint("dossier_id", "year", "number", name=op.f("uq_volume_dossier_id")),
    )
    op.create_table(
        "attachment_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("released_to", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.Column("released_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_attachment_release_attachment_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_attachment_release_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment_release")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_attachment_release_attachment_id")),
    )
    op.create_table(
        "collateral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("value", crm.money.Fen(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("end_evidence_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name=op.f("ck_collateral_ended")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_evidence_id IS NULL)", name=op.f("ck_collateral_evidence")),
        sa.ForeignKeyConstraint(["end_evidence_id"], ["upload.id"], name=op.f("fk_collateral_end_evidence_id")),
        sa.CheckConstraint("value IS NULL OR value > 0", name=op.f("ck_collateral_value")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_collateral_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collateral")),
    )
    op.create_index(op.f("ix_collateral_project_id"), "collateral", ["project_id"], unique=False)
    op.create_table(
        "dossier_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("volume_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("doc_no", sa.String(), nullable=False),
        sa.Column("doc_date", sa.Date(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("page_from", sa.Integer(), nullable=True),
        sa.Column("page_to", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("original_no", sa.String(), nullable=False),
        sa.Column("derived_no", sa.String(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "stage",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("supplement", sa.Boolean(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage <> 'filed' OR (filed_at IS NOT NULL AND code IS NOT NULL)", name=op.f("ck_dossier_item_filed")
        ),
        sa.CheckConstraint("page_to IS NULL OR page_to - page_from + 1 = pages", name=op.f("ck_dossier_item_range")),
        sa.CheckConstraint("pages >= 1 AND sheets >= 1", name=op.f("ck_dossier_item_counted")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_item_dossier_id")),
        sa.ForeignKeyConstraint(["section_id"], ["template_section.id"], name=op.f("fk_dossier_item_section_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["template_slot.id"], name=op.f("fk_dossier_item_slot_id")),
        sa.ForeignKeyConstraint(["volume_id"], ["volume.id"], name=op.f("fk_dossier_item_volume_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_item")),
        sa.UniqueConstraint("derived_no", name=op.f("uq_dossier_item_derived_no")),
        sa.UniqueConstraint("dossier_id", "code", name=op.f("uq_dossier_item_dossier_id")),
        sa.UniqueConstraint("source_kind", "source_id", "dossier_id", name=op.f("uq_dossier_item_source_kind")),
    )
    op.create_index(
        "ix_dossier_item_original_no",
        "dossier_item",
        ["original_no"],
        unique=False,
        sqlite_where=sa.text("original_no <> ''"),
        postgresql_where=sa.text("original_no <> ''"),
    )
    op.create_index(
        "ix_dossier_item_valid_until",
        "dossier_item",
        ["valid_until"],
        unique=False,
        sqlite_where=sa.text("valid_until IS NOT NULL"),
        postgresql_where=sa.text("valid_until IS NOT NULL"),
    )
    op.create_index("ix_dossier_item_dossier_id_slot_id", "dossier_item", ["dossier_id", "slot_id"], unique=False)
    op.create_index(
        "ix_dossier_item_dossier_id_added_at", "dossier_item", ["dossier_id", "added_at", "pages"], unique=False
    )
    op.create_index(
        "ix_dossier_item_dossier_id_section_id", "dossier_item", ["dossier_id", "section_id", "position"], unique=False
    )
    op.create_table(
        "end_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.Date(), nullable=False),
        sa.Column("new", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("corrected_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("old <> new AND reason <> ''", name=op.f("ck_end_correction_said")),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_end_correction_evidence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_end_correction_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_correction")),
    )
    op.create_index(op.f("ix_end_correction_project_id"), "end_correction", ["project_id"], unique=False)
    op.create_table(
        "guarantor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("amount", crm.money.Fen(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("end_evidence_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name=op.f("ck_guarantor_ended")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_evidence_id IS NULL)", name=op.f("ck_guarantor_evidence")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_guarantor_amount")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_guarantor_client_id")),
        sa.ForeignKeyConstraint(["end_evidence_id"], ["upload.id"], name=op.f("fk_guarantor_end_evidence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_guarantor_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantor")),
    )
    op.create_index(op.f("ix_guarantor_client_id"), "guarantor", ["client_id"], unique=False)
    op.create_index(op.f("ix_guarantor_project_id"), "guarantor", ["project_id"], unique=False)
    op.create_table(
        "project_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("resolution_no", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_project_decision_a_and_b")),
        sa.CheckConstraint(
            "approver_id IS NULL OR approver_id NOT IN (a_id, b_id)", name=op.f("ck_project_decision_two_people")
        ),
        sa.CheckConstraint("verdict = 'approved' OR reason <> ''", name=op.f("ck_project_decision_reason")),
        sa.CheckConstraint(
            "verdict = 'withdrawn' OR (approver_id IS NOT NULL AND resolution_no <> '')",
            name=op.f("ck_project_decision_resolution"),
        ),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_project_decision_a_id")),
        sa.ForeignKeyConstraint(["approver_id"], ["user_account.id"], name=op.f("fk_project_decision_approver_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_project_decision_b_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_project_decision_evidence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_decision_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_decision")),
    )
    op.create_index(op.f("ix_project_decision_project_id"), "project_decision", ["project_id"], unique=False)
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("void_missing", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_register_import_done")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_register_import_job_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_register_import_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    op.create_table(
        "repayment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("principal", crm.money.Fen(), nullable=False),
        sa.Column("interest", crm.money.Fen(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("principal <> 0 OR interest <> 0", name=op.f("ck_repayment_amount")),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND principal >= 0 AND interest >= 0) "
            "OR (reverses_id IS NOT NULL AND principal <= 0 AND interest <= 0)",
            name=op.f("ck_repayment_sign"),
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_repayment_evidence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_repayment_project_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["repayment.id"], name=op.f("fk_repayment_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_repayment_reverses_id")),
    )
    op.create_index(op.f("ix_repayment_project_id"), "repayment", ["project_id"], unique=False)
    op.create_table(
        "role_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("handed_over", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_role_change_two_people")),
        sa.CheckConstraint("role IN ('a', 'b')", name=op.f("ck_role_change_role")),
        sa.CheckConstraint("reason <> '' AND handed_over <> ''", name=op.f("ck_role_change_said")),
        sa.ForeignKeyConstraint(["from_id"], ["user_account.id"], name=op.f("fk_role_change_from_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_role_change_project_id")),
        sa.ForeignKeyConstraint(["to_id"], ["user_account.id"], name=op.f("fk_role_change_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_change")),
    )
    op.create_index(op.f("ix_role_change_project_id"), "role_change", ["project_id"], unique=False)
    op.create_table(
        "archive_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name=op.f("ck_archive_correction_decided")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_archive_correction_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_archive_correction_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_archive_correction_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_archive_correction_dossier_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_archive_correction_evidence_id")),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_archive_correction_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_correction")),
    )
    op.create_index(op.f("ix_archive_correction_dossier_id"), "archive_correction", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_archive_correction_item_id"), "archive_correction", ["item_id"], unique=False)
    op.create_index("ix_archive_correction_state", "archive_correction", ["state"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("original_no", sa.String(), nullable=False),
        sa.Column("parties", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("amount", crm.money.Fen(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name=op.f("ck_contract_ended")),
        sa.CheckConstraint("original_no <> ''", name=op.f("ck_contract_number")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_contract_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index(
        "uq_contract_standing",
        "contract",
        ["project_id", "original_no"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "item_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name=op.f("ck_item_removal_decided")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_item_removal_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_item_removal_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_item_removal_decided_by_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_item_removal_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_item_removal_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_removal")),
    )
    op.create_index(op.f("ix_item_removal_dossier_id"), "item_removal", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_item_removal_item_id"), "item_removal", ["item_id"], unique=False)
    op.create_table(
        "rendition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_rendition_item_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["rendition.id"], name=op.f("fk_rendition_replaces_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_rendition_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_rendition_replaces_id")),
    )
    op.create_index(op.f("ix_rendition_item_id"), "rendition", ["item_id"], unique=False)
    op.create_table(
        "slot_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("slot_code", sa.String(), nullable=False),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("stated_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_slot_absence_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_absence")),
    )
    op.create_index("ix_slot_absence_dossier_id", "slot_absence", ["dossier_id", "slot_code", "id"], unique=False)
    op.create_table(
        "supplement_filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("archivist_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "giver_id IS NULL OR giver_id <> archivist_id", name=op.f("ck_supplement_filing_two_people")
        ),
        sa.ForeignKeyConstraint(["archivist_id"], ["user_account.id"], name=op.f("fk_supplement_filing_archivist_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_supplement_filing_dossier_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["user_account.id"], name=op.f("fk_supplement_filing_giver_id")),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_supplement_filing_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_filing")),
        sa.UniqueConstraint("item_id", name=op.f("uq_supplement_filing_item_id")),
    )
    op.create_index(op.f("ix_supplement_filing_dossier_id"), "supplement_filing", ["dossier_id"], unique=False)
    for table in GROWS:
        protect(table)
    for table in STAYS:
        refuse(table, "DELETE")
    # What is filed, closed or decided stays as it is, whoever writes (2.3, 2.4).
    refuse("dossier_item", "DELETE", "OLD.filed_at IS NOT NULL")
    refuse("dossier_item", "UPDATE", "OLD.filed_at IS NOT NULL")
    refuse("rendition", "UPDATE")
    refuse_where("rendition", "DELETE", "dossier_item", "id = OLD.item_id AND filed_at IS NOT NULL")
    held = _changed("dossier_id holder_id location_id starts_at cause caused_by")
    refuse("custody", "UPDATE", f"OLD.ends_at IS NOT NULL OR {held}")
    named = _changed("role user_id starts appointed_by_id appointed_at counted expected remark")
    refuse("appointment", "UPDATE", f"OLD.ends IS NOT NULL OR {named}")
    refuse("archive_correction", "UPDATE", f"OLD.state <> 'asked' OR {_changed(f'{ASKED} field old new evidence_id')}")
    refuse("item_removal", "UPDATE", f"OLD.state <> 'asked' OR {_changed(f'{ASKED} receiver')}")
    taken = _changed("word year title reserved_at reserved_by")
    refuse("archive_number", "UPDATE", f"OLD.settled_at IS NOT NULL OR {taken}")
    refuse("number", "UPDATE", f"OLD.state <> 'reserved' OR {_changed('series_id serial text')}")
    refuse("number_series", "UPDATE", f"NEW.last < OLD.last OR {_changed('name year')}")
    refuse("volume", "UPDATE", f"OLD.closed_at IS NOT NULL OR {_changed('dossier_id year number')}")
    refuse("dossier", "UPDATE", f"OLD.filed_at IS NOT NULL AND ({_changed(FIXED)})")
    refuse("dossier_template", "UPDATE", "OLD.state = 'superseded'")
    refuse(
        "dossier_template",
        "UPDATE",
        f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR OLD.confirmed AND NOT NEW.confirmed "
        f"OR {_changed('kind edition title made_by made_at in_force_from')})",
        "text",
    )
    for action in ("UPDATE", "DELETE"):
        refuse_where("template_section", action, "dossier_template", "id = OLD.template_id AND state <> 'draft'")
        refuse_where(
            "template_slot",
            action,
            "template_section s JOIN dossier_template t ON t.id = s.template_id",
            "s.id = OLD.section_id AND t.state <> 'draft'",
        )
    refuse("dossier_template", "DELETE", "OLD.state <> 'draft'")
    refuse("project", "UPDATE", f"OLD.state <> 'applied' AND ({_changed(TERMS)}) OR {FINAL}")
    for once, facts in ONCE.items():
        refuse("project", "UPDATE", f"OLD.{once} IS NOT NULL AND ({_changed(facts)})", once)
    for table, facts in SECURITIES.items():
        refuse(table, "UPDATE", f"OLD.ended_at IS NOT NULL OR {_changed(f'project_id entered_by entered_at {facts}')}")
