"""The hand-over: lists in versions, signatures, checks, supplements, due dates, postponements, the register"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse, refuse_if

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GROWS = (
    "handover_step",
    "list_version",
    "list_signature",
    "signature_void",
    "line_check",
    "supplement_list",
    "deadline",
    "register_entry",
    "late_signature",
)
STAYS = ("handover", "postponement", "supplement_line", "late_filing")
UNSIGNED = """
    SELECT 1 WHERE NEW.state = 'filed' AND OLD.state <> 'filed' AND 3 > (
        SELECT count(DISTINCT signature.signer_id)
        FROM list_signature signature
        JOIN list_version version ON version.id = signature.version_id
        JOIN project ON project.id = NEW.project_id
        WHERE version.handover_id = NEW.id
        AND version.version = (SELECT max(other.version) FROM list_version other WHERE other.handover_id = NEW.id)
        AND signature.hash = version.hash
        AND NOT EXISTS (SELECT 1 FROM signature_void void WHERE void.signature_id = signature.id)
        AND (
            (signature.party = 'a' AND signature.signer_id = project.a_id)
            OR (signature.party = 'b' AND signature.signer_id = project.b_id)
            OR (signature.party = 'archivist' AND signature.signer_id = NEW.archivist_id)
        )
    )
"""
OWN_ARCHIVIST = """
    SELECT 1 FROM project WHERE project.id = NEW.project_id AND NEW.archivist_id IN (project.a_id, project.b_id)
    UNION ALL
    SELECT 1 FROM role_change change
    WHERE change.project_id = NEW.project_id AND NEW.archivist_id IN (change.from_id, change.to_id)
    UNION ALL
    SELECT 1 FROM postponement asked WHERE asked.handover_id = NEW.id AND asked.decided_by_id = NEW.archivist_id
    UNION ALL
    SELECT 1 FROM supplement_line line JOIN supplement_list list ON list.id = line.list_id
    WHERE list.handover_id = NEW.id AND line.state = 'waived' AND line.decided_by_id = NEW.archivist_id
"""
# Both hold in whatever order a backup's tables come back: what is in the register has no signature taken back.
VOID_OF_THE_REGISTER = """
    SELECT 1 FROM register_entry entry
    WHERE NEW.signature_id IN (entry.a_signature_id, entry.giver_signature_id, entry.archivist_signature_id)
"""
REGISTER_OF_THE_VOID = """
    SELECT 1 FROM signature_void void
    WHERE void.signature_id IN (NEW.a_signature_id, NEW.giver_signature_id, NEW.archivist_signature_id)
"""
OWN_POSTPONEMENT = """
    SELECT 1 FROM handover JOIN project ON project.id = handover.project_id
    WHERE handover.id = NEW.handover_id
    AND NEW.decided_by_id IN (project.a_id, project.b_id, coalesce(handover.archivist_id, 0))
"""
# A closes no line of a supplement list; B closes one by checking it, never by a waiver.
OWN_LINE = """
    SELECT 1 FROM supplement_list list
    JOIN handover ON handover.id = list.handover_id
    JOIN project ON project.id = handover.project_id
    WHERE list.id = NEW.list_id AND (
        (NEW.state = 'verified' AND NEW.decided_by_id <> project.b_id)
        OR (NEW.state = 'waived' AND NEW.decided_by_id IN (project.a_id, project.b_id))
    )
"""
# A supplement is filed with the signatures of giver and archivist under what it says, each by that very person.
UNCONFIRMED = """
    SELECT 1 WHERE NEW.state = 'filed' AND OLD.state <> 'filed' AND 2 > (
        SELECT count(DISTINCT signature.part) FROM late_signature signature
        WHERE signature.filing_id = NEW.id AND signature.hash = NEW.hash
        AND coalesce(signature.signer_id, 0)
            = CASE signature.part WHEN 'giver' THEN coalesce(NEW.giver_id, 0) ELSE NEW.archivist_id END
    )
"""
REGISTERED = ("handover_id", "slot_id", "archivist_id", "hash", "registered_at")


def upgrade() -> None:
    _tables()
    _late_tables()
    for table in GROWS:
        protect(table)
    protect("deadline_reminder", "deadline_id,kind")
    for table in STAYS:
        refuse(table, "DELETE")
    # What is filed, closed or decided stays as it is, whoever writes (2.3).
    refuse("handover", "UPDATE", "OLD.state = 'filed'")
    refuse("postponement", "UPDATE", "OLD.state <> 'asked'")
    refuse("supplement_line", "UPDATE", "OLD.state IN ('verified', 'waived')")
    rewritten = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in REGISTERED)
    passed_on = "coalesce(NEW.giver_id, 0) <> coalesce(OLD.giver_id, 0)"
    refuse("late_filing", "UPDATE", f"OLD.state <> 'pending' OR {rewritten} OR {passed_on}")
    # Duties that must not meet in one person (2.9), and I5.
    refuse_if("handover", "UPDATE", "three_signatures", UNSIGNED)
    refuse_if("handover", "UPDATE", "own_archivist", OWN_ARCHIVIST)
    refuse_if("postponement", "UPDATE", "own_decision", OWN_POSTPONEMENT)
    refuse_if("supplement_line", "UPDATE", "own_decision", OWN_LINE)
    refuse_if("late_filing", "UPDATE", "two_signatures", UNCONFIRMED)
    refuse_if("signature_void", "INSERT", "in_the_register", VOID_OF_THE_REGISTER)
    refuse_if("register_entry", "INSERT", "taken_back", REGISTER_OF_THE_VOID)


def _tables() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("archivist_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'filed' OR archivist_id IS NOT NULL", name=op.f("ck_handover_received")),
        sa.ForeignKeyConstraint(["archivist_id"], ["user_account.id"], name=op.f("fk_handover_archivist_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_handover_dossier_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_handover_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_handover_dossier_id")),
        sa.UniqueConstraint("project_id", name=op.f("uq_handover_project_id")),
    )
    op.create_index("ix_handover_state", "handover", ["state"], unique=False)
    op.create_table(
        "handover_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_step_handover_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_handover_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_step")),
    )
    op.create_index("ix_handover_step_handover_id", "handover_step", ["handover_id", "id"], unique=False)
    op.create_table(
        "line_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("line_hash", sa.String(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("matches", sa.Boolean(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_line_check_a_and_b")),
        sa.CheckConstraint(
            "party <> 'archivist' OR checked_by_id NOT IN (a_id, b_id)", name=op.f("ck_line_check_checked_by_archivist")
        ),
        sa.CheckConstraint("party <> 'b' OR checked_by_id = b_id", name=op.f("ck_line_check_checked_by_b")),
        sa.CheckConstraint("party <> 'a'", name=op.f("ck_line_check_party")),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_line_check_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_line_check_b_id")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_line_check_checked_by_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_line_check_handover_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_check")),
    )
    op.create_index("ix_line_check_handover_id", "line_check", ["handover_id", "item_id", "party"], unique=False)
    op.create_table(
        "list_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_list_version_version")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_list_version_handover_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_list_version_issued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_version")),
        sa.UniqueConstraint("handover_id", "version", name=op.f("uq_list_version_handover_id")),
        sa.UniqueConstraint("hash", name=op.f("uq_list_version_hash")),
    )
    op.create_table(
        "postponement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("after_due", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name=op.f("ck_postponement_decided")),
        sa.CheckConstraint("clock <> 'total'", name=op.f("ck_postponement_clock")),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_postponement_a_and_b")),
        sa.CheckConstraint(
            "asked_by_id = CASE clock WHEN 'a' THEN a_id ELSE b_id END", name=op.f("ck_postponement_asked_by_owner")
        ),
        sa.CheckConstraint("decided_by_id NOT IN (a_id, b_id)", name=op.f("ck_postponement_decided_above")),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_postponement_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_postponement_b_id")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_postponement_reason")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_postponement_two_people")
        ),
        sa.CheckConstraint("new_due > old_due", name=op.f("ck_postponement_later")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_postponement_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_postponement_decided_by_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_postponement_handover_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postponement")),
    )
    op.create_index(op.f("ix_postponement_handover_id"), "postponement", ["handover_id"], unique=False)
    op.create_table(
        "supplement_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_supplement_list_handover_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_supplement_list_issued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_list")),
        sa.UniqueConstraint("handover_id", "number", name=op.f("uq_supplement_list_handover_id")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("postponement_id", sa.Integer(), nullable=True),
        sa.Column("reckoned_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "cause <> 'postponement' OR postponement_id IS NOT NULL", name=op.f("ck_deadline_postponed")
        ),
        sa.CheckConstraint("due_on > starts_on", name=op.f("ck_deadline_order")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_deadline_handover_id")),
        sa.ForeignKeyConstraint(["postponement_id"], ["postponement.id"], name=op.f("fk_deadline_postponement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index("ix_deadline_handover_id", "deadline", ["handover_id", "clock", "id"], unique=False)
    op.create_table(
        "list_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("drawing_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("party <> 'a' OR signer_id = a_id", name=op.f("ck_list_signature_signed_by_a")),
        sa.CheckConstraint(
            "party <> 'archivist' OR signer_id NOT IN (a_id, b_id)", name=op.f("ck_list_signature_signed_by_archivist")
        ),
        sa.CheckConstraint("party <> 'b' OR signer_id = b_id", name=op.f("ck_list_signature_signed_by_b")),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_list_signature_a_and_b")),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_list_signature_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_list_signature_b_id")),
        sa.ForeignKeyConstraint(["drawing_id"], ["upload.id"], name=op.f("fk_list_signature_drawing_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["upload.id"], name=op.f("fk_list_signature_scan_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user_account.id"], name=op.f("fk_list_signature_signer_id")),
        sa.ForeignKeyConstraint(["version_id"], ["list_version.id"], name=op.f("fk_list_signature_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_signature")),
        sa.UniqueConstraint("version_id", "id", name=op.f("uq_list_signature_version_id")),
    )
    op.create_index("ix_list_signature_signer_id", "list_signature", ["signer_id"], unique=False)
    op.create_table(
        "supplement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("provided", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_supplement_line_a_and_b")),
        sa.CheckConstraint(
            "state <> 'verified' OR decided_by_id = b_id", name=op.f("ck_supplement_line_verified_by_b")
        ),
        sa.CheckConstraint(
            "state <> 'waived' OR decided_by_id NOT IN (a_id, b_id)", name=op.f("ck_supplement_line_waived_above")
        ),
        sa.ForeignKeyConstraint(["a_id"], ["user_account.id"], name=op.f("fk_supplement_line_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["user_account.id"], name=op.f("fk_supplement_line_b_id")),
        sa.CheckConstraint(
            "state <> 'verified' OR decided_by_id IS NOT NULL", name=op.f("ck_supplement_line_verified")
        ),
        sa.CheckConstraint(
            "state <> 'waived' OR (decided_by_id IS NOT NULL AND reason <> '')", name=op.f("ck_supplement_line_waived")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_supplement_line_decided_by_id")),
        sa.ForeignKeyConstraint(["list_id"], ["supplement_list.id"], name=op.f("fk_supplement_line_list_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["template_slot.id"], name=op.f("fk_supplement_line_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_line")),
    )
    op.create_index(op.f("ix_supplement_line_list_id"), "supplement_line", ["list_id"], unique=False)
    op.create_table(
        "deadline_reminder",
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_deadline_reminder_deadline_id")),
        sa.PrimaryKeyConstraint("deadline_id", "kind", name=op.f("pk_deadline_reminder")),
    )
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_a", sa.Integer(), nullable=False),
        sa.Column("late_b", sa.Integer(), nullable=False),
        sa.Column("late_total", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("archivist_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("a_signature_id", sa.Integer(), nullable=False),
        sa.Column("giver_signature_id", sa.Integer(), nullable=False),
        sa.Column("archivist_signature_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("a_signature_id <> giver_signature_id", name=op.f("ck_register_entry_a_and_b")),
        sa.CheckConstraint(
            "archivist_signature_id NOT IN (a_signature_id, giver_signature_id)",
            name=op.f("ck_register_entry_archivist"),
        ),
        sa.CheckConstraint("giver_id <> archivist_id", name=op.f("ck_register_entry_two_people")),
        sa.CheckConstraint("late_a >= 0 AND late_b >= 0 AND late_total >= 0", name=op.f("ck_register_entry_days")),
        sa.ForeignKeyConstraint(["archivist_id"], ["user_account.id"], name=op.f("fk_register_entry_archivist_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["user_account.id"], name=op.f("fk_register_entry_giver_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_register_entry_handover_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_register_entry_number_id")),
        sa.ForeignKeyConstraint(
            ["version_id", "a_signature_id"],
            ["list_signature.version_id", "list_signature.id"],
            name="fk_register_entry_a_signature_id",
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "archivist_signature_id"],
            ["list_signature.version_id", "list_signature.id"],
            name="fk_register_entry_archivist_signature_id",
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "giver_signature_id"],
            ["list_signature.version_id", "list_signature.id"],
            name="fk_register_entry_giver_signature_id",
        ),
        sa.ForeignKeyConstraint(["version_id"], ["list_version.id"], name=op.f("fk_register_entry_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("handover_id", name=op.f("uq_register_entry_handover_id")),
        sa.UniqueConstraint("number_id", name=op.f("uq_register_entry_number_id")),
        sa.UniqueConstraint("version_id", name=op.f("uq_register_entry_version_id")),
    )
    op.create_index("ix_register_entry_received_on", "register_entry", ["received_on"], unique=False)
    op.create_table(
        "signature_void",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_signature_void_reason")),
        sa.ForeignKeyConstraint(["signature_id"], ["list_signature.id"], name=op.f("fk_signature_void_signature_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user_account.id"], name=op.f("fk_signature_void_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_void")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_signature_void_signature_id")),
    )


def _late_tables() -> None:
    op.create_table(
        "late_filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("archivist_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("registered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("list_version_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("giver_id IS NULL OR giver_id <> archivist_id", name=op.f("ck_late_filing_two_people")),
        sa.CheckConstraint("(state = 'filed') = (item_id IS NOT NULL)", name=op.f("ck_late_filing_item")),
        sa.CheckConstraint("(state = 'filed') = (list_version_id IS NOT NULL)", name=op.f("ck_late_filing_list")),
        sa.CheckConstraint(
            "state <> 'declined' OR (decision <> '' AND giver_id IS NOT NULL AND decided_by_id = giver_id)",
            name=op.f("ck_late_filing_declined"),
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR (decision <> '' AND decided_by_id IS NOT NULL)",
            name=op.f("ck_late_filing_withdrawn"),
        ),
        sa.ForeignKeyConstraint(["archivist_id"], ["user_account.id"], name=op.f("fk_late_filing_archivist_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_late_filing_decided_by_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["user_account.id"], name=op.f("fk_late_filing_giver_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_late_filing_handover_id")),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_late_filing_item_id")),
        sa.ForeignKeyConstraint(["list_version_id"], ["list_version.id"], name=op.f("fk_late_filing_list_version_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["template_slot.id"], name=op.f("fk_late_filing_slot_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_late_filing_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_filing")),
        sa.UniqueConstraint("item_id", name=op.f("uq_late_filing_item_id")),
        sa.UniqueConstraint("list_version_id", name=op.f("uq_late_filing_list_version_id")),
    )
    op.create_index(op.f("ix_late_filing_handover_id"), "late_filing", ["handover_id"], unique=False)
    op.create_index("ix_late_filing_giver_id", "late_filing", ["giver_id", "state"], unique=False)
    op.create_table(
        "late_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("drawing_id", sa.Integer(), nullable=True),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "signer_id IS NOT NULL OR (part = 'giver' AND grade = 'ink_scan' AND scan_id IS NOT NULL)",
            name=op.f("ck_late_signature_ink"),
        ),
        sa.ForeignKeyConstraint(["drawing_id"], ["upload.id"], name=op.f("fk_late_signature_drawing_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["late_filing.id"], name=op.f("fk_late_signature_filing_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["upload.id"], name=op.f("fk_late_signature_scan_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user_account.id"], name=op.f("fk_late_signature_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_signature")),
        sa.UniqueConstraint("filing_id", "part", name=op.f("uq_late_signature_filing_id")),
        sa.UniqueConstraint("filing_id", "signer_id", name="uq_late_signature_two_people"),
    )
