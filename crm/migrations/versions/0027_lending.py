"""Lending slips, extensions, returns, checks, reminders and incidents"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GROWS = (
    "slip_step",
    "slip_return",
    "slip_check",
    "slip_reminder",
)
STAYS = (
    "lending_slip",
    "slip_extension",
    "lending_incident",
)
ENDED = {
    "lending_slip": (  # what was given up may be found long after
        "OLD.state IN ('rejected', 'cancelled') OR (OLD.state = 'closed' AND NEW.state <> 'returned')"
    ),
    "slip_extension": "OLD.state <> 'asked'",
    "lending_incident": "OLD.closed_at IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "lending_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("borrower_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("submitted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("attachments_back", sa.Integer(), nullable=True),
        sa.Column("recalled_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("recalled_from", sa.Date(), nullable=True),
        sa.Column("recall_reason", sa.String(), nullable=False),
        sa.Column("returned_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("shelved_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "issued_by_id IS NULL OR form = 'digital' OR issued_by_id <> borrower_id",
            name=op.f("ck_lending_slip_two_people"),
        ),
        sa.CheckConstraint(
            "kind = 'direct' OR state IN ('draft', 'submitted', 'cancelled') OR decided_by_id IS NOT NULL",
            name=op.f("ck_lending_slip_decided"),
        ),
        sa.CheckConstraint("kind = 'staff' OR decided_by_id IS NULL", name=op.f("ck_lending_slip_direct")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'partly_returned', 'returned', 'verified') OR issued_at IS NOT NULL",
            name=op.f("ck_lending_slip_issued"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('rejected', 'cancelled') OR decision <> ''", name=op.f("ck_lending_slip_reason")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> borrower_id", name=op.f("ck_lending_slip_not_oneself")
        ),
        sa.CheckConstraint(
            "attachments_back IS NULL OR attachments_back <= attachments", name=op.f("ck_lending_slip_attachments")
        ),
        sa.ForeignKeyConstraint(["borrower_id"], ["user_account.id"], name=op.f("fk_lending_slip_borrower_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_lending_slip_decided_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_lending_slip_department_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_lending_slip_issued_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_lending_slip_number_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_slip")),
        sa.UniqueConstraint("key", name=op.f("uq_lending_slip_key")),
        sa.UniqueConstraint("number", name=op.f("uq_lending_slip_number")),
        sa.UniqueConstraint("number_id", name=op.f("uq_lending_slip_number_id")),
    )
    op.create_index(op.f("ix_lending_slip_borrower_id"), "lending_slip", ["borrower_id"], unique=False)
    op.create_index("ix_lending_slip_state_due_on", "lending_slip", ["state", "due_on"], unique=False)
    op.create_table(
        "slip_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_slip_extension_not_oneself")
        ),
        sa.CheckConstraint("new_due > old_due", name=op.f("ck_slip_extension_later")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_slip_extension_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_slip_extension_decided_by_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["lending_slip.id"], name=op.f("fk_slip_extension_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_extension")),
    )
    op.create_index(op.f("ix_slip_extension_slip_id"), "slip_extension", ["slip_id"], unique=False)
    op.create_index(
        "uq_slip_extension_asked",
        "slip_extension",
        ["slip_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "slip_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["lending_slip.id"], name=op.f("fk_slip_reminder_slip_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_slip_reminder_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_reminder")),
        sa.UniqueConstraint("slip_id", "user_id", "day", name=op.f("uq_slip_reminder_slip_id")),
    )
    op.create_table(
        "slip_step",
        sa.Column("slip_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["slip_id"], ["lending_slip.id"], name=op.f("fk_slip_step_slip_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_slip_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_step")),
        sa.UniqueConstraint("key", name=op.f("uq_slip_step_key")),
    )
    op.create_index("ix_slip_step_slip_id", "slip_step", ["slip_id"], unique=False)
    op.create_table(
        "slip_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("issued_pages", sa.Integer(), nullable=False),
        sa.Column("returned_pages", sa.Integer(), nullable=False),
        sa.Column("lost_pages", sa.Integer(), nullable=False),
        sa.Column("replaced_pages", sa.Integer(), nullable=False),
        sa.Column("out", sa.Boolean(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("back_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "0 <= returned_pages AND returned_pages + lost_pages <= issued_pages", name=op.f("ck_slip_line_pages")
        ),
        sa.CheckConstraint("0 <= replaced_pages AND replaced_pages <= lost_pages", name=op.f("ck_slip_line_lost")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_slip_line_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["dossier_item.id"], name=op.f("fk_slip_line_item_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["lending_slip.id"], name=op.f("fk_slip_line_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_line")),
        sa.UniqueConstraint("slip_id", "item_id", name=op.f("uq_slip_line_slip_id")),
    )
    op.create_index("ix_slip_line_dossier_id", "slip_line", ["dossier_id"], unique=False)
    op.create_index(
        "uq_slip_line_out",
        "slip_line",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("out"),
        postgresql_where=sa.text("out"),
    )
    op.create_table(
        "lending_incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (result = '')", name=op.f("ck_lending_incident_closed")),
        sa.CheckConstraint(
            "(outcome IS NOT NULL) = (closed_at IS NOT NULL AND kind = 'shortage')",
            name=op.f("ck_lending_incident_outcome"),
        ),
        sa.CheckConstraint(
            "closed_by_id IS NULL OR closed_by_id <> reported_by_id", name=op.f("ck_lending_incident_two_people")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_lending_incident_closed_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["slip_line.id"], name=op.f("fk_lending_incident_line_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_lending_incident_number_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["user_account.id"], name=op.f("fk_lending_incident_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_lending_incident_number")),
        sa.UniqueConstraint("number_id", name=op.f("uq_lending_incident_number_id")),
    )
    op.create_index("ix_lending_incident_closed_at", "lending_incident", ["closed_at"], unique=False)
    op.create_index(op.f("ix_lending_incident_line_id"), "lending_incident", ["line_id"], unique=False)
    op.create_index(
        "uq_lending_incident_damage",
        "lending_incident",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'damage' AND closed_at IS NULL"),
        postgresql_where=sa.text("kind = 'damage' AND closed_at IS NULL"),
    )
    op.create_table(
        "slip_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("checked_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user_account.id"], name=op.f("fk_slip_check_checked_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["slip_line.id"], name=op.f("fk_slip_check_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_check")),
    )
    op.create_index("ix_slip_check_line_id", "slip_check", ["line_id", "id"], unique=False)
    op.create_table(
        "slip_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("pages <> 0", name=op.f("ck_slip_return_pages")),
        sa.ForeignKeyConstraint(["line_id"], ["slip_line.id"], name=op.f("fk_slip_return_line_id")),
        sa.ForeignKeyConstraint(["received_by_id"], ["user_account.id"], name=op.f("fk_slip_return_received_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_return")),
    )
    op.create_index("ix_slip_return_line_id", "slip_return", ["line_id"], unique=False)

    for table in GROWS:
        protect(table)
    for table in STAYS:
        refuse(table, "DELETE")
    refuse("slip_line", "DELETE", "OLD.issued_pages > 0")
    for table, ended in ENDED.items():
        refuse(table, "UPDATE", ended)
