"""Drawings, as-built points and work procedures"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

GROWS = (
    "drawing_version",
    "drawing_withdrawal",
    "service_point",
    "point_ending",
    "point_photo",
    "point_sheet",
    "procedure_step",
    "procedure_reading",
)
STAYS = ("drawing", "procedure", "procedure_version")
ENDED = "OLD.state IN ('superseded', 'withdrawn', 'dropped')"
DECIDED = "text upload_id position author_id author"  # what was handed in is what is decided about


def upgrade() -> None:
    op.create_table(
        "procedure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=True),
        sa.Column("about_units", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number <> '' AND title <> ''", name=op.f("ck_procedure_named")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_procedure_entered_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_procedure_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("key", name=op.f("uq_procedure_key")),
    )
    op.create_index(
        "uq_procedure_company",
        "procedure",
        ["number"],
        unique=True,
        sqlite_where=sa.text("estate_id IS NULL"),
        postgresql_where=sa.text("estate_id IS NULL"),
    )
    op.create_index("uq_procedure_number", "procedure", ["estate_id", "number"], unique=True)
    op.create_table(
        "procedure_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("written_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'in_force', 'superseded', 'withdrawn') OR (valid_from IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_procedure_version_decided"),
        ),
        sa.CheckConstraint("text <> '' OR upload_id IS NOT NULL", name=op.f("ck_procedure_version_content")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> author_id", name=op.f("ck_procedure_version_two_people")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_procedure_version_period")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_procedure_version_author_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_procedure_version_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_version_procedure_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_procedure_version_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_version")),
        sa.UniqueConstraint("key", name=op.f("uq_procedure_version_key")),
        sa.UniqueConstraint("procedure_id", "position", name=op.f("uq_procedure_version_procedure_id")),
    )
    op.create_index(
        "ix_procedure_version_review_by",
        "procedure_version",
        ["review_by"],
        unique=False,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(
        "uq_procedure_version_force",
        "procedure_version",
        ["procedure_id"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(
        "uq_procedure_version_waits",
        "procedure_version",
        ["procedure_id"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_procedure_version_work",
        "procedure_version",
        ["procedure_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted')"),
    )
    op.create_table(
        "drawing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number <> '' AND title <> ''", name=op.f("ck_drawing_named")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_drawing_building_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_drawing_entered_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_drawing_estate_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_drawing_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing")),
        sa.UniqueConstraint("number", "estate_id", name=op.f("uq_drawing_number")),
        sa.UniqueConstraint("key", name=op.f("uq_drawing_key")),
    )
    op.create_index("ix_drawing_building_id", "drawing", ["building_id"], unique=False)
    op.create_index("ix_drawing_entered_at", "drawing", ["entered_at"], unique=False)
    op.create_index("ix_drawing_unit_id", "drawing", ["unit_id", "kind"], unique=False)
    op.create_table(
        "point_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_point_sheet_estate_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_point_sheet_made_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_point_sheet_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_sheet")),
        sa.UniqueConstraint("key", name=op.f("uq_point_sheet_key")),
    )
    op.create_index("ix_point_sheet_unit_id", "point_sheet", ["unit_id", "id"], unique=False)
    op.create_table(
        "procedure_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.String(), nullable=False),
        sa.Column("read_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_procedure_reading_user_id")),
        sa.ForeignKeyConstraint(["version_id"], ["procedure_version.id"], name=op.f("fk_procedure_reading_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_reading")),
        sa.UniqueConstraint("version_id", "user_id", name=op.f("uq_procedure_reading_version_id")),
    )
    op.create_index("ix_procedure_reading_user_id", "procedure_reading", ["user_id"], unique=False)
    op.create_table(
        "procedure_step",
        sa.Column("version_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_procedure_step_taken_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["procedure_version.id"], name=op.f("fk_procedure_step_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_step")),
        sa.UniqueConstraint("key", name=op.f("uq_procedure_step_key")),
    )
    op.create_index("ix_procedure_step_version_id", "procedure_step", ["version_id", "id"], unique=False)
    op.create_table(
        "drawing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drawing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rev", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("position >= 1 AND rev <> ''", name=op.f("ck_drawing_version_named")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_drawing_version_added_by_id")),
        sa.ForeignKeyConstraint(["drawing_id"], ["drawing.id"], name=op.f("fk_drawing_version_drawing_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_drawing_version_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_version")),
        sa.UniqueConstraint("drawing_id", "position", name=op.f("uq_drawing_version_drawing_id")),
        sa.UniqueConstraint("key", name=op.f("uq_drawing_version_key")),
    )
    op.create_index(
        "ix_drawing_version_about",
        "drawing_version",
        ["about_kind", "about_id"],
        unique=False,
        sqlite_where=sa.text("about_kind <> ''"),
        postgresql_where=sa.text("about_kind <> ''"),
    )
    op.create_table(
        "drawing_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_drawing_withdrawal_reason")),
        sa.ForeignKeyConstraint(["version_id"], ["drawing_version.id"], name=op.f("fk_drawing_withdrawal_version_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_drawing_withdrawal_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_withdrawal")),
        sa.UniqueConstraint("version_id", name=op.f("uq_drawing_withdrawal_version_id")),
    )
    op.create_table(
        "service_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("drawing_version_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_service_point_what")),
        sa.CheckConstraint("height >= 0 AND distance >= 0", name=op.f("ck_service_point_measured")),
        sa.ForeignKeyConstraint(
            ["drawing_version_id"], ["drawing_version.id"], name=op.f("fk_service_point_drawing_version_id")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_service_point_entered_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_service_point_estate_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["service_point.id"], name=op.f("fk_service_point_replaces_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_service_point_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_point")),
        sa.UniqueConstraint("key", name=op.f("uq_service_point_key")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_service_point_replaces_id")),
    )
    op.create_index("ix_service_point_estate_id", "service_point", ["estate_id", "entered_at"], unique=False)
    op.create_index("ix_service_point_unit_id", "service_point", ["unit_id", "trade", "serial"], unique=False)
    op.create_index(
        "uq_service_point_code",
        "service_point",
        ["unit_id", "trade", "serial"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
    )
    op.create_table(
        "point_ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_point_ending_reason")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_point_ending_ended_by_id")),
        sa.ForeignKeyConstraint(["point_id"], ["service_point.id"], name=op.f("fk_point_ending_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_ending")),
        sa.UniqueConstraint("point_id", name=op.f("uq_point_ending_point_id")),
    )
    op.create_table(
        "point_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["service_point.id"], name=op.f("fk_point_photo_point_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_point_photo_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_point_photo_key")),
    )
    op.create_index("ix_point_photo_point_id", "point_photo", ["point_id"], unique=False)

    for table in GROWS:
        protect(table)
    for table in STAYS:
        refuse(table, "DELETE")
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in DECIDED.split())
    refuse("procedure_version", "UPDATE", ENDED)
    refuse("procedure_version", "UPDATE", f"OLD.state <> 'draft' AND ({changed})", "words")
