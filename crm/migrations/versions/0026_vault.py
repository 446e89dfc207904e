"""Title documents, their transfer lists, vouchers, counts, day ends and incidents"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

GROWS = (
    "title_transfer_line",
    "title_tick",
    "title_signature",
    "title_presence",
    "vault_count_found",
    "vault_count_signature",
    "vault_day_end",
    "vault_day_presence",
    "title_incident_note",
)
STAYS = (
    "title_document",
    "title_custody",
    "title_transfer",
    "title_voucher",
    "title_voucher_line",
    "title_prolongation",
    "vault_count",
    "vault_variance",
    "title_incident",
)
ENDED = {
    "title_transfer": "OLD.state <> 'issued'",
    "title_voucher": "OLD.state IN ('refused', 'cancelled') OR (OLD.state = 'done' AND NEW.state <> 'done')",
    "title_voucher_line": "NOT OLD.open",
    "title_prolongation": "OLD.decided_at IS NOT NULL",
    "title_custody": "OLD.ends_at IS NOT NULL",
    "vault_count": "OLD.state IN ('signed', 'cancelled')",
    "title_incident": "OLD.closed_at IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "vault_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("safe_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("ordered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("opened_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("counted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (reason <> '')", name=op.f("ck_vault_count_reason")),
        sa.CheckConstraint("state <> 'signed' OR signed_at IS NOT NULL", name=op.f("ck_vault_count_signed")),
        sa.CheckConstraint(
            "state IN ('ordered', 'cancelled') OR (first_id IS NOT NULL AND second_id IS NOT NULL)",
            name=op.f("ck_vault_count_counters"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('counted', 'signed') OR counted_at IS NOT NULL", name=op.f("ck_vault_count_counted")
        ),
        sa.CheckConstraint("first_id IS NULL OR first_id <> second_id", name=op.f("ck_vault_count_two_people")),
        sa.ForeignKeyConstraint(["first_id"], ["user_account.id"], name=op.f("fk_vault_count_first_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_vault_count_number_id")),
        sa.ForeignKeyConstraint(["safe_id"], ["archive_location.id"], name=op.f("fk_vault_count_safe_id")),
        sa.ForeignKeyConstraint(["second_id"], ["user_account.id"], name=op.f("fk_vault_count_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_count")),
        sa.UniqueConstraint("number_id", name=op.f("uq_vault_count_number_id")),
    )
    op.create_index("ix_vault_count_ordered_at", "vault_count", ["ordered_at"], unique=False)
    op.create_index(
        "uq_vault_count_live",
        "vault_count",
        ["safe_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('ordered', 'open', 'counted')"),
        postgresql_where=sa.text("state IN ('ordered', 'open', 'counted')"),
    )
    op.create_table(
        "vault_day_end",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("came_in", sa.Integer(), nullable=False),
        sa.Column("went_out", sa.Integer(), nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("counted = closing OR remark <> ''", name=op.f("ck_vault_day_end_explained")),
        sa.CheckConstraint("closing = opening + came_in - went_out", name=op.f("ck_vault_day_end_sum")),
        sa.CheckConstraint("custodian_id <> witness_id", name=op.f("ck_vault_day_end_two_people")),
        sa.ForeignKeyConstraint(["custodian_id"], ["user_account.id"], name=op.f("fk_vault_day_end_custodian_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["user_account.id"], name=op.f("fk_vault_day_end_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_day_end")),
        sa.UniqueConstraint("day", name=op.f("uq_vault_day_end_day")),
    )
    op.create_table(
        "vault_day_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("confirmed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_vault_day_presence_counted")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_vault_day_presence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_day_presence")),
    )
    op.create_index("ix_vault_day_presence_day", "vault_day_presence", ["day", "part", "id"], unique=False)
    op.create_table(
        "vault_count_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["vault_count.id"], name=op.f("fk_vault_count_signature_count_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_vault_count_signature_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_count_signature")),
        sa.UniqueConstraint("count_id", "user_id", name=op.f("uq_vault_count_signature_count_id")),
    )
    op.create_table(
        "title_transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("completed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'complete') = (completed_at IS NOT NULL)", name=op.f("ck_title_transfer_complete")
        ),
        sa.CheckConstraint("(state = 'withdrawn') = (reason <> '')", name=op.f("ck_title_transfer_withdrawn")),
        sa.CheckConstraint("state <> 'complete' OR custodian_id IS NOT NULL", name=op.f("ck_title_transfer_received")),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_title_transfer_a_and_b")),
        sa.CheckConstraint(
            "custodian_id IS NULL OR custodian_id NOT IN (a_id, b_id)", name=op.f("ck_title_transfer_custodian")
        ),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_title_transfer_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_title_transfer_b_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["user_account.id"], name=op.f("fk_title_transfer_custodian_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_title_transfer_dossier_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_title_transfer_number_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_transfer")),
        sa.UniqueConstraint("hash", name=op.f("uq_title_transfer_hash")),
        sa.UniqueConstraint("number_id", name=op.f("uq_title_transfer_number_id")),
    )
    op.create_index(op.f("ix_title_transfer_dossier_id"), "title_transfer", ["dossier_id"], unique=False)
    op.create_index(
        "ix_title_transfer_issued",
        "title_transfer",
        ["dossier_id"],
        unique=False,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "title_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column(
            "grade",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("drawing_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["drawing_id"], ["upload.id"], name=op.f("fk_title_signature_drawing_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["upload.id"], name=op.f("fk_title_signature_scan_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user_account.id"], name=op.f("fk_title_signature_signer_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["title_transfer.id"], name=op.f("fk_title_signature_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_signature")),
        sa.UniqueConstraint("transfer_id", "party", name=op.f("uq_title_signature_transfer_id")),
        sa.UniqueConstraint("transfer_id", "signer_id", name=op.f("uq_title_signature_one_party")),
    )
    op.create_index(op.f("ix_title_signature_signer_id"), "title_signature", ["signer_id"], unique=False)
    op.create_table(
        "title_voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column(
            "purpose",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("receiver_sealed", sa.String(), nullable=False),
        sa.Column("receiver_index", sa.String(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("power_id", sa.Integer(), nullable=True),
        sa.Column("receipt_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_title_voucher_done")),
        sa.CheckConstraint(
            "(direction = 'into') = (purpose IN ('receipt', 'back', 'found', 'not_handed_out', 'moved'))",
            name=op.f("ck_title_voucher_direction"),
        ),
        sa.CheckConstraint(
            "direction = 'into' OR state NOT IN ('ready', 'done') OR decided_by_id IS NOT NULL",
            name=op.f("ck_title_voucher_by"),
        ),
        sa.CheckConstraint(
            "purpose <> 'release' OR state <> 'done' OR (proof_id IS NOT NULL AND receipt_id IS NOT NULL AND receiver <> '')",
            name=op.f("ck_title_voucher_released"),
        ),
        sa.CheckConstraint(
            "purpose NOT IN ('registration', 'court', 'extension') OR back_on IS NOT NULL",
            name=op.f("ck_title_voucher_comes_back"),
        ),
        sa.CheckConstraint(
            "state <> 'done' OR (custodian_id IS NOT NULL AND witness_id IS NOT NULL)",
            name=op.f("ck_title_voucher_both"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'cancelled') OR ended_reason <> ''", name=op.f("ck_title_voucher_reason")
        ),
        sa.CheckConstraint(
            "custodian_id IS NULL OR custodian_id <> witness_id", name=op.f("ck_title_voucher_two_people")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR witness_id IS NULL OR witness_id <> decided_by_id",
            name=op.f("ck_title_voucher_decider"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_title_voucher_not_oneself")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_title_voucher_asked_by_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["user_account.id"], name=op.f("fk_title_voucher_custodian_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_title_voucher_decided_by_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_title_voucher_dossier_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_title_voucher_number_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["upload.id"], name=op.f("fk_title_voucher_proof_id")),
        sa.ForeignKeyConstraint(["power_id"], ["upload.id"], name=op.f("fk_title_voucher_power_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["upload.id"], name=op.f("fk_title_voucher_receipt_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["upload.id"], name=op.f("fk_title_voucher_scan_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["title_transfer.id"], name=op.f("fk_title_voucher_transfer_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["user_account.id"], name=op.f("fk_title_voucher_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_voucher")),
        sa.UniqueConstraint("number_id", name=op.f("uq_title_voucher_number_id")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_title_voucher_transfer_id")),
    )
    op.create_index("ix_title_voucher_done_at", "title_voucher", ["done_at"], unique=False)
    op.create_index(op.f("ix_title_voucher_dossier_id"), "title_voucher", ["dossier_id"], unique=False)
    op.create_index("ix_title_voucher_state", "title_voucher", ["state"], unique=False)
    op.create_table(
        "title_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("collateral_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("obtained_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("void_asked", sa.String(), nullable=False),
        sa.Column("void_asked_by_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'void') = (void_reason <> '')", name=op.f("ck_title_document_void")),
        sa.CheckConstraint("(void_asked = '') = (void_asked_by_id IS NULL)", name=op.f("ck_title_document_void_asked")),
        sa.CheckConstraint(
            "state IN ('expected', 'void') OR certificate_no <> ''", name=op.f("ck_title_document_certificate")
        ),
        sa.CheckConstraint(
            "state IN ('expected', 'void') OR obtained_at IS NOT NULL", name=op.f("ck_title_document_obtained")
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_title_document_quantity")),
        sa.ForeignKeyConstraint(["collateral_id"], ["collateral.id"], name=op.f("fk_title_document_collateral_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_title_document_dossier_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_title_document_entered_by_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["title_document.id"], name=op.f("fk_title_document_replaces_id")),
        sa.ForeignKeyConstraint(
            ["void_asked_by_id"], ["user_account.id"], name=op.f("fk_title_document_void_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_document")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_title_document_replaces_id")),
    )
    op.create_index(op.f("ix_title_document_collateral_id"), "title_document", ["collateral_id"], unique=False)
    op.create_index(op.f("ix_title_document_dossier_id"), "title_document", ["dossier_id"], unique=False)
    op.create_index("ix_title_document_state", "title_document", ["state", "obtained_at"], unique=False)
    op.create_index(
        "uq_title_document_standing",
        "title_document",
        ["certificate_no"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('void', 'released', 'replaced') AND certificate_no <> ''"),
        postgresql_where=sa.text("state NOT IN ('void', 'released', 'replaced') AND certificate_no <> ''"),
    )
    op.create_table(
        "title_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("confirmed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_title_presence_user_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["title_voucher.id"], name=op.f("fk_title_presence_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_presence")),
    )
    op.create_index("ix_title_presence_voucher_id", "title_presence", ["voucher_id", "part", "id"], unique=False)
    op.create_table(
        "title_custody",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("outside", sa.String(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ends_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("caused_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(holder_id IS NOT NULL AND location_id IS NULL AND outside = '') OR (holder_id IS NULL AND location_id IS NOT NULL AND outside = '') OR (holder_id IS NULL AND location_id IS NULL AND outside <> '')",
            name=op.f("ck_title_custody_one_place"),
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_title_custody_order")),
        sa.ForeignKeyConstraint(["answers_id"], ["user_account.id"], name=op.f("fk_title_custody_answers_id")),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_title_custody_document_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user_account.id"], name=op.f("fk_title_custody_holder_id")),
        sa.ForeignKeyConstraint(["location_id"], ["archive_location.id"], name=op.f("fk_title_custody_location_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["title_transfer.id"], name=op.f("fk_title_custody_transfer_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["title_voucher.id"], name=op.f("fk_title_custody_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_custody")),
    )
    op.create_index(
        "ix_title_custody_document_id_starts_at", "title_custody", ["document_id", "starts_at"], unique=False
    )
    op.create_index(op.f("ix_title_custody_holder_id"), "title_custody", ["holder_id"], unique=False)
    op.create_index(
        "ix_title_custody_location_id",
        "title_custody",
        ["location_id"],
        unique=False,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        "ix_title_custody_open",
        "title_custody",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "title_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (result = '')", name=op.f("ck_title_incident_closed")),
        sa.CheckConstraint(
            "closed_by_id IS NULL OR closed_by_id <> reported_by_id", name=op.f("ck_title_incident_two_people")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_title_incident_closed_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_title_incident_document_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_title_incident_number_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["user_account.id"], name=op.f("fk_title_incident_reported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_incident")),
        sa.UniqueConstraint("number_id", name=op.f("uq_title_incident_number_id")),
    )
    op.create_index("ix_title_incident_closed_at", "title_incident", ["closed_at"], unique=False)
    op.create_index(op.f("ix_title_incident_document_id"), "title_incident", ["document_id"], unique=False)
    op.create_table(
        "title_transfer_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["title_document.id"], name=op.f("fk_title_transfer_line_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["title_transfer.id"], name=op.f("fk_title_transfer_line_transfer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_transfer_line")),
        sa.UniqueConstraint("transfer_id", "document_id", name=op.f("uq_title_transfer_line_transfer_id")),
    )
    op.create_index(op.f("ix_title_transfer_line_document_id"), "title_transfer_line", ["document_id"], unique=False)
    op.create_table(
        "title_voucher_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("new_certificate_no", sa.String(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by_id"], ["title_voucher.id"], name=op.f("fk_title_voucher_line_ended_by_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["upload.id"], name=op.f("fk_title_voucher_line_proof_id")),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_title_voucher_line_document_id")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["archive_location.id"], name=op.f("fk_title_voucher_line_location_id")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["title_voucher.id"], name=op.f("fk_title_voucher_line_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_voucher_line")),
        sa.UniqueConstraint("voucher_id", "document_id", name=op.f("uq_title_voucher_line_voucher_id")),
    )
    op.create_index("ix_title_voucher_line_document_id", "title_voucher_line", ["document_id"], unique=False)
    op.create_index(
        "uq_title_voucher_line_open",
        "title_voucher_line",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.create_table(
        "title_incident_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_title_incident_note_evidence_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["title_incident.id"], name=op.f("fk_title_incident_note_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_incident_note")),
    )
    op.create_index("ix_title_incident_note_incident_id", "title_incident_note", ["incident_id"], unique=False)
    op.create_table(
        "title_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Boolean(), nullable=False),
        sa.Column("certificate_no", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ticked_by_id", sa.Integer(), nullable=False),
        sa.Column("ticked_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["title_transfer_line.id"], name=op.f("fk_title_tick_line_id")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["user_account.id"], name=op.f("fk_title_tick_ticked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_tick")),
    )
    op.create_index("ix_title_tick_line_id", "title_tick", ["line_id", "party", "id"], unique=False)
    op.create_table(
        "vault_count_found",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_vault_count_found_pieces")),
        sa.ForeignKeyConstraint(["count_id"], ["vault_count.id"], name=op.f("fk_vault_count_found_count_id")),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_vault_count_found_document_id")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["archive_location.id"], name=op.f("fk_vault_count_found_location_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_count_found")),
    )
    op.create_index("ix_vault_count_found_count_id", "vault_count_found", ["count_id"], unique=False)
    op.create_table(
        "vault_variance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("explained_by", sa.String(), nullable=False),
        sa.Column("explained_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(explained_at IS NULL) = (explanation = '')", name=op.f("ck_vault_variance_explained")),
        sa.ForeignKeyConstraint(["count_id"], ["vault_count.id"], name=op.f("fk_vault_variance_count_id")),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_vault_variance_document_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["title_incident.id"], name=op.f("fk_vault_variance_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_variance")),
    )
    op.create_index("ix_vault_variance_count_id", "vault_variance", ["count_id"], unique=False)
    op.create_index(op.f("ix_vault_variance_document_id"), "vault_variance", ["document_id"], unique=False)

    op.create_table(
        "title_reminder",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "delay",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["title_document.id"], name=op.f("fk_title_reminder_document_id")),
        sa.PrimaryKeyConstraint("document_id", "delay", name=op.f("pk_title_reminder")),
    )
    op.create_table(
        "title_prolongation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_title_prolongation_not_oneself")
        ),
        sa.CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name=op.f("ck_title_prolongation_decided")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_title_prolongation_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_title_prolongation_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["title_voucher.id"], name=op.f("fk_title_prolongation_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_prolongation")),
    )
    op.create_index(
        "uq_title_prolongation_open",
        "title_prolongation",
        ["voucher_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "title_out_reminder",
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.Column("outstay", sa.String(length=40), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["voucher_id"], ["title_voucher.id"], name=op.f("fk_title_out_reminder_voucher_id")),
        sa.PrimaryKeyConstraint("voucher_id", "back_on", "outstay", name=op.f("pk_title_out_reminder")),
    )
    op.create_table(
        "settlement_check",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("checked_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_settlement_check_checked_by_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["upload.id"], name=op.f("fk_settlement_check_evidence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_settlement_check_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_settlement_check")),
    )

    for table in GROWS:
        protect(table)
    protect("title_reminder", "document_id,delay")
    protect("title_out_reminder", "voucher_id,back_on,outstay")
    protect("settlement_check", "project_id")
    for table in STAYS:
        refuse(table, "DELETE")
    for table, ended in ENDED.items():
        refuse(table, "UPDATE", ended)
