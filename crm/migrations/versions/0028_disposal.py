"""Holds, destruction lists, opinions, witnesses and tombstones"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse, refuse_if

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

GROWS = (
    "appraisal_opinion",
    "witness_tick",
    "disposal_step",
    "retention_change",
    "tombstone",
    "wiped_file",
)
STAYS = (
    "archive_hold",
    "disposal_list",
    "disposal_line",
)
ENDED = {
    "archive_hold": "OLD.lifted_at IS NOT NULL",
    "disposal_list": "OLD.state IN ('destroyed', 'kept', 'withdrawn')",
}
FIXED = (
    "number_id code title security kind mode subject_kind subject_id template_id policy_version_id filed_at filed_by"
)
ALIVE = "NEW.state <> 'destroyed'"
BURIED = "EXISTS (SELECT 1 FROM tombstone WHERE dossier_id = NEW.id)"
KEPT_OF_ITEMS = (  # what stays of a document for good; its other words go when the dossier is destroyed
    "dossier_id section_id slot_id volume_id position code title doc_date pages sheets page_from page_to form "
    "derived_no valid_until stage supplement source_kind source_id added_by added_at filed_at filed_by"
)


def upgrade() -> None:
    op.create_table(
        "disposal_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("cools_until", sa.Date(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("second_witness_id", sa.Integer(), nullable=True),
        sa.Column("destroyer_id", sa.Integer(), nullable=True),
        sa.Column("destroyed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'destroyed') = (destroyed_at IS NOT NULL)", name=op.f("ck_disposal_list_destroyed")
        ),
        sa.CheckConstraint("(state = 'withdrawn') = (reason <> '')", name=op.f("ck_disposal_list_withdrawn")),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'counted', 'destroyed', 'kept') OR approved_by_id IS NOT NULL",
            name=op.f("ck_disposal_list_by"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('counted', 'destroyed') OR (witness_id IS NOT NULL AND second_witness_id IS NOT NULL)",
            name=op.f("ck_disposal_list_witnessed"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name=op.f("ck_disposal_list_not_oneself")
        ),
        sa.CheckConstraint(
            "destroyer_id IS NULL OR destroyer_id NOT IN (witness_id, second_witness_id)",
            name=op.f("ck_disposal_list_apart"),
        ),
        sa.CheckConstraint(
            "witness_id IS NULL OR witness_id <> second_witness_id", name=op.f("ck_disposal_list_two_witnesses")
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user_account.id"], name=op.f("fk_disposal_list_approved_by_id")),
        sa.CheckConstraint(
            "destroyer_id IS NULL OR destroyer_id <> approved_by_id", name=op.f("ck_disposal_list_destroyer")
        ),
        sa.CheckConstraint(
            "witness_id IS NULL OR witness_id NOT IN (proposed_by_id, approved_by_id)",
            name=op.f("ck_disposal_list_witness"),
        ),
        sa.CheckConstraint(
            "second_witness_id IS NULL OR second_witness_id NOT IN (proposed_by_id, approved_by_id)",
            name=op.f("ck_disposal_list_second_witness"),
        ),
        sa.ForeignKeyConstraint(["destroyer_id"], ["user_account.id"], name=op.f("fk_disposal_list_destroyer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_disposal_list_estate_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_disposal_list_number_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_disposal_list_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["second_witness_id"], ["user_account.id"], name=op.f("fk_disposal_list_second_witness_id")
        ),
        sa.ForeignKeyConstraint(["witness_id"], ["user_account.id"], name=op.f("fk_disposal_list_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_list")),
        sa.UniqueConstraint("number_id", name=op.f("uq_disposal_list_number_id")),
    )
    op.create_index("ix_disposal_list_state", "disposal_list", ["state"], unique=False)
    op.create_table(
        "disposal_step",
        sa.Column("list_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["list_id"], ["disposal_list.id"], name=op.f("fk_disposal_step_list_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_disposal_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_step")),
        sa.UniqueConstraint("key", name=op.f("uq_disposal_step_key")),
    )
    op.create_index("ix_disposal_step_list_id", "disposal_step", ["list_id"], unique=False)
    op.create_table(
        "wiped_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("wiped_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_wiped_file_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiped_file")),
    )
    op.create_index("ix_wiped_file_sha256", "wiped_file", ["sha256", "wiped_at"], unique=False)
    op.create_table(
        "archive_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(lifted_at IS NULL) = (lift_reason = '')", name=op.f("ck_archive_hold_lifted")),
        sa.CheckConstraint(
            "lifted_by_id IS NULL OR lifted_by_id <> placed_by_id", name=op.f("ck_archive_hold_two_people")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_archive_hold_dossier_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user_account.id"], name=op.f("fk_archive_hold_lifted_by_id")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["user_account.id"], name=op.f("fk_archive_hold_placed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_hold")),
    )
    op.create_index("ix_archive_hold_dossier_id", "archive_hold", ["dossier_id"], unique=False)
    op.create_table(
        "disposal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("volumes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("retention", sa.String(), nullable=False),
        sa.Column("kept_since", sa.Date(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_disposal_line_dossier_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_list.id"], name=op.f("fk_disposal_line_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_line")),
        sa.UniqueConstraint("list_id", "dossier_id", name=op.f("uq_disposal_line_list_id")),
    )
    op.create_index(op.f("ix_disposal_line_dossier_id"), "disposal_line", ["dossier_id"], unique=False)
    op.create_index(
        "uq_disposal_line_live",
        "disposal_line",
        ["dossier_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "retention_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_retention_change_dossier_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_list.id"], name=op.f("fk_retention_change_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_change")),
    )
    op.create_index("ix_retention_change_dossier_id", "retention_change", ["dossier_id", "id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("destroyed_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("pages >= 0 AND items >= 0", name=op.f("ck_tombstone_counts")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_tombstone_dossier_id")),
        sa.ForeignKeyConstraint(["list_id"], ["disposal_list.id"], name=op.f("fk_tombstone_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_tombstone_dossier_id")),
    )
    op.create_index(op.f("ix_tombstone_list_id"), "tombstone", ["list_id"], unique=False)
    op.create_table(
        "appraisal_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["given_by_id"], ["user_account.id"], name=op.f("fk_appraisal_opinion_given_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["disposal_line.id"], name=op.f("fk_appraisal_opinion_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_opinion")),
    )
    op.create_index("ix_appraisal_opinion_line_id", "appraisal_opinion", ["line_id", "seat", "id"], unique=False)
    op.create_table(
        "witness_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("ticked_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["disposal_line.id"], name=op.f("fk_witness_tick_line_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["user_account.id"], name=op.f("fk_witness_tick_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_tick")),
        sa.UniqueConstraint("line_id", "witness_id", name=op.f("uq_witness_tick_line_id")),
    )

    for table in GROWS:
        protect(table)
    for table in STAYS:
        refuse(table, "DELETE")
    for table, ended in ENDED.items():
        refuse(table, "UPDATE", ended)
    _let_the_next_open()
    _let_dossiers_end()


def _let_the_next_open() -> None:
    """A matter has one dossier that stands, and may have destroyed ones. SQLite makes the table anew for that: its
    triggers go with the old one, and those of other tables are not to be read while it is away."""
    sqlite = op.get_bind().dialect.name != "postgresql"
    triggers = []
    if sqlite:
        op.execute("PRAGMA legacy_alter_table=ON")
        named = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'dossier' ORDER BY rowid"
        triggers = list(op.get_bind().exec_driver_sql(named).scalars())
    with op.batch_alter_table("dossier") as batch:
        batch.drop_constraint("uq_dossier_subject_kind", type_="unique")
    if sqlite:
        op.execute("PRAGMA legacy_alter_table=OFF")
    for trigger in triggers:
        op.execute(trigger)
    standing = sa.text("state <> 'destroyed'")
    columns = ["subject_kind", "subject_id"]
    op.create_index(
        "uq_dossier_subject", "dossier", columns, unique=True, sqlite_where=standing, postgresql_where=standing
    )


def _let_dossiers_end() -> None:
    """A filed dossier stays as it is, but for its end; a document's words go only where a tombstone stands."""
    _drop_refusal("dossier")
    fixed = _changed(FIXED)
    refuse("dossier", "UPDATE", f"OLD.filed_at IS NOT NULL AND ({fixed} OR ({_changed('state')} AND {ALIVE}))")
    refuse("dossier", "UPDATE", "OLD.state = 'destroyed'", "ended")
    refuse_if("dossier", "UPDATE", "tombstone_first", f"SELECT 1 WHERE NEW.state = 'destroyed' AND NOT {BURIED}")
    _drop_refusal("dossier_item")
    words = _changed(KEPT_OF_ITEMS)
    refuse("dossier_item", "UPDATE", f"OLD.filed_at IS NOT NULL AND ({words})")
    blanked = f"SELECT 1 WHERE OLD.filed_at IS NOT NULL AND NOT {BURIED.replace('NEW.id', 'NEW.dossier_id')}"
    refuse_if("dossier_item", "UPDATE", "filed_stays", blanked)


def _changed(names: str) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names.split())


def _drop_refusal(table: str) -> None:
    on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {table}_refuse_update{on}")
