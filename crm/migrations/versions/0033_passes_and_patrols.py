"""Workers' passes and patrols of renovations"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ADDED_TO = ("renovation_pass_step", "renovation_patrol", "renovation_patrol_point", "renovation_patrol_photo")
KEPT = ("renovation_worker", "renovation_pass", "renovation_patrol_plan")


def upgrade() -> None:
    op.create_table(
        "renovation_patrol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("nobody", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("patrolled_by_id", sa.Integer(), nullable=True),
        sa.Column("patrolled_by", sa.String(), nullable=False),
        sa.Column("patrolled_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_renovation_patrol_estate_id")),
        sa.ForeignKeyConstraint(
            ["patrolled_by_id"], ["user_account.id"], name=op.f("fk_renovation_patrol_patrolled_by_id")
        ),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_patrol_renovation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_patrol")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_patrol_key")),
    )
    op.create_index("ix_renovation_patrol_estate_id", "renovation_patrol", ["estate_id", "patrolled_at"], unique=False)
    op.create_index("ix_renovation_patrol_patrolled_at", "renovation_patrol", ["patrolled_at"], unique=False)
    op.create_index(
        "ix_renovation_patrol_renovation_id", "renovation_patrol", ["renovation_id", "patrolled_at"], unique=False
    )
    op.create_table(
        "renovation_patrol_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("patroller_id", sa.Integer(), nullable=True),
        sa.Column("warned_for", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("every BETWEEN 1 AND 60", name=op.f("ck_renovation_patrol_plan_every")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_renovation_patrol_plan_building_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_renovation_patrol_plan_estate_id")),
        sa.ForeignKeyConstraint(
            ["patroller_id"], ["user_account.id"], name=op.f("fk_renovation_patrol_plan_patroller_id")
        ),
        sa.ForeignKeyConstraint(
            ["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_patrol_plan_renovation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_patrol_plan")),
        sa.UniqueConstraint("renovation_id", name=op.f("uq_renovation_patrol_plan_renovation_id")),
    )
    op.create_index(
        "ix_renovation_patrol_plan_next_on",
        "renovation_patrol_plan",
        ["estate_id", "next_on"],
        unique=False,
        sqlite_where=sa.text("next_on IS NOT NULL"),
        postgresql_where=sa.text("next_on IS NOT NULL"),
    )
    op.create_index("ix_renovation_patrol_plan_patroller_id", "renovation_patrol_plan", ["patroller_id"], unique=False)
    op.create_table(
        "renovation_worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(), nullable=True),
        sa.Column("id_masked", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("registered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_renovation_worker_name")),
        sa.CheckConstraint("(id_number IS NULL) = (id_index IS NULL)", name=op.f("ck_renovation_worker_sealed")),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_worker_renovation_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_worker_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_worker")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_worker_key")),
        sa.UniqueConstraint("renovation_id", "id_index", name=op.f("uq_renovation_worker_renovation_id")),
    )
    op.create_index("ix_renovation_worker_id_index", "renovation_worker", ["id_index"], unique=False)
    op.create_table(
        "renovation_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("renovation_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("deposit_id", sa.Integer(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('issued', 'withdrawn')) = (ended_at IS NULL)", name=op.f("ck_renovation_pass_ended")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_renovation_pass_valid")),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_renovation_pass_deposit_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_renovation_pass_estate_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_renovation_pass_issued_by_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_renovation_pass_number_id")),
        sa.ForeignKeyConstraint(["renovation_id"], ["renovation.id"], name=op.f("fk_renovation_pass_renovation_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["renovation_pass.id"], name=op.f("fk_renovation_pass_replaces_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["renovation_worker.id"], name=op.f("fk_renovation_pass_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_pass")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_pass_key")),
        sa.UniqueConstraint("number", name=op.f("uq_renovation_pass_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_renovation_pass_replaces_id")),
    )
    op.create_index("ix_renovation_pass_deposit_id", "renovation_pass", ["deposit_id"], unique=False)
    op.create_index("ix_renovation_pass_estate_id", "renovation_pass", ["estate_id", "issued_at"], unique=False)
    op.create_index("ix_renovation_pass_issued_at", "renovation_pass", ["issued_at"], unique=False)
    op.create_index(
        "ix_renovation_pass_out",
        "renovation_pass",
        ["estate_id", "valid_to"],
        unique=False,
        sqlite_where=sa.text("state IN ('issued', 'withdrawn')"),
        postgresql_where=sa.text("state IN ('issued', 'withdrawn')"),
    )
    op.create_index("ix_renovation_pass_renovation_id", "renovation_pass", ["renovation_id"], unique=False)
    op.create_index("ix_renovation_pass_worker_id", "renovation_pass", ["worker_id"], unique=False)
    op.create_index(
        "uq_renovation_pass_issued",
        "renovation_pass",
        ["worker_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "renovation_patrol_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["renovation_patrol.id"], name=op.f("fk_renovation_patrol_photo_patrol_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_renovation_patrol_photo_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_patrol_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_patrol_photo_key")),
    )
    op.create_index("ix_renovation_patrol_photo_patrol_id", "renovation_patrol_photo", ["patrol_id"], unique=False)
    op.create_table(
        "renovation_patrol_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["renovation_patrol.id"], name=op.f("fk_renovation_patrol_point_patrol_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_patrol_point")),
        sa.UniqueConstraint("patrol_id", "code", name=op.f("uq_renovation_patrol_point_patrol_id")),
    )
    op.create_table(
        "renovation_pass_step",
        sa.Column("pass_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["pass_id"], ["renovation_pass.id"], name=op.f("fk_renovation_pass_step_pass_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_renovation_pass_step_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_pass_step")),
        sa.UniqueConstraint("key", name=op.f("uq_renovation_pass_step_key")),
    )
    op.create_index("ix_renovation_pass_step_pass_id", "renovation_pass_step", ["pass_id", "id"], unique=False)
    for table in ADDED_TO:
        protect(table)
    refuse("renovation_pass", "UPDATE", "OLD.state = 'returned'")
    for table in KEPT:
        refuse(table, "DELETE")
