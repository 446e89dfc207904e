"""Repairs: categories, workers, stock, orders with all that hangs on them, incidents, plans, imports"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEPT = ("repair_category", "stock_item", "incident", "maintenance_plan", "repair_order", "repair_import")


def upgrade() -> None:
    op.create_table(
        "repair_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("warranty", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR trade <> ''", name=op.f("ck_repair_category_trade")),
        sa.ForeignKeyConstraint(["parent_id"], ["repair_category.id"], name=op.f("fk_repair_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_category")),
    )
    op.create_index("ix_repair_category_parent_id", "repair_category", ["parent_id"], unique=False)
    op.create_index(
        "uq_repair_category_name",
        "repair_category",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "uq_repair_category_top",
        "repair_category",
        ["place", "name"],
        unique=True,
        sqlite_where=sa.text("active AND parent_id IS NULL"),
        postgresql_where=sa.text("active AND parent_id IS NULL"),
    )

    op.create_table(
        "stock_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("least >= 0", name=op.f("ck_stock_item_least")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_stock_item_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_item")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_item_code")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("began_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("expected_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'over') = (ended_at IS NOT NULL)", name=op.f("ck_incident_ended")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_incident_building_id")),
        sa.ForeignKeyConstraint(["category_id"], ["repair_category.id"], name=op.f("fk_incident_category_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_incident_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_estate_id_state", "incident", ["estate_id", "state"], unique=False)

    op.create_table(
        "worker_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_worker_absence_days")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_worker_absence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_absence")),
    )
    op.create_index("ix_worker_absence_user_id", "worker_absence", ["user_id", "ends"], unique=False)

    op.create_table(
        "worker_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name=op.f("ck_worker_shift_hours")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_worker_shift_weekday")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_worker_shift_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_shift")),
    )
    op.create_index("ix_worker_shift_user_id", "worker_shift", ["user_id"], unique=False)

    op.create_table(
        "worker_trade",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_worker_trade_user_id")),
        sa.PrimaryKeyConstraint("user_id", "trade", name=op.f("pk_worker_trade")),
    )
    op.create_table(
        "maintenance_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("made_up_to", sa.Date(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=False),
        sa.Column("by_law", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("every >= 1", name=op.f("ck_maintenance_plan_every")),
        sa.CheckConstraint("lead BETWEEN 0 AND 60", name=op.f("ck_maintenance_plan_lead")),
        sa.ForeignKeyConstraint(["category_id"], ["repair_category.id"], name=op.f("fk_maintenance_plan_category_id")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_maintenance_plan_equipment_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_maintenance_plan_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plan")),
    )
    op.create_index("ix_maintenance_plan_equipment_id", "maintenance_plan", ["equipment_id"], unique=False)
    op.create_index("ix_maintenance_plan_estate_id", "maintenance_plan", ["estate_id"], unique=False)
    op.create_index(
        "ix_maintenance_plan_next_due_on",
        "maintenance_plan",
        ["next_due_on"],
        unique=False,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )

    op.create_table(
        "repair_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("open_jobs", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_repair_import_done")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_repair_import_estate_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_repair_import_job_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_repair_import_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_import")),
    )
    op.create_index("ix_repair_import_estate_id", "repair_import", ["estate_id"], unique=False)

    op.create_table(
        "incident_caller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("wants_word", sa.Boolean(), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_incident_caller_customer_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_caller_incident_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_incident_caller_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_caller")),
        sa.UniqueConstraint("incident_id", "unit_id", name=op.f("uq_incident_caller_incident_id")),
    )
    op.create_index("ix_incident_caller_customer_id", "incident_caller", ["customer_id"], unique=False)
    op.create_index(
        "uq_incident_caller_name",
        "incident_caller",
        ["incident_id", "name", "digits"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )

    op.create_table(
        "repair_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("source_number", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("public_area_id", sa.Integer(), nullable=True),
        sa.Column("equipment_id", sa.Integer(), nullable=True),
        sa.Column("spot", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("tail", sa.String(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("priority_reason", sa.String(length=40), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("payer_reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("planned_for", sa.Date(), nullable=True),
        sa.Column("registered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("wanted_from", crm.db.UtcDateTime(), nullable=True),
        sa.Column("wanted_until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("accept_due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("arrive_due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("finish_due_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("contacted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("accepted_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("arrived_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("consented_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("finished_by_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("confirmed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("visit_due_on", sa.Date(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("filed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("accept_warned_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("finish_warned_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'duplicate') = (duplicate_of_id IS NOT NULL)", name=op.f("ck_repair_order_duplicate")
        ),
        sa.CheckConstraint(
            "state NOT IN ('done', 'confirmed', 'visited', 'filed') OR finished_at IS NOT NULL",
            name=op.f("ck_repair_order_finished"),
        ),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR public_area_id IS NOT NULL OR equipment_id IS NOT NULL OR spot <> ''",
            name=op.f("ck_repair_order_place"),
        ),
        sa.CheckConstraint(
            "worker_id IS NOT NULL OR state NOT IN ('dispatched', 'accepted', 'on_site', 'quoted', 'consented', 'working', 'waiting')",
            name=op.f("ck_repair_order_worker"),
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_repair_order_bill_id")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_repair_order_building_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_repair_order_call_id")),
        sa.ForeignKeyConstraint(["category_id"], ["repair_category.id"], name=op.f("fk_repair_order_category_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_repair_order_customer_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["repair_order.id"], name=op.f("fk_repair_order_duplicate_of_id")),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_repair_order_equipment_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_repair_order_estate_id")),
        sa.ForeignKeyConstraint(["finished_by_id"], ["user_account.id"], name=op.f("fk_repair_order_finished_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_repair_order_incident_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_repair_order_number_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["maintenance_plan.id"], name=op.f("fk_repair_order_plan_id")),
        sa.ForeignKeyConstraint(["public_area_id"], ["public_area.id"], name=op.f("fk_repair_order_public_area_id")),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["user_account.id"], name=op.f("fk_repair_order_registered_by_id")
        ),
        sa.ForeignKeyConstraint(["repeat_of_id"], ["repair_order.id"], name=op.f("fk_repair_order_repeat_of_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_repair_order_unit_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["user_account.id"], name=op.f("fk_repair_order_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_order")),
        sa.UniqueConstraint("estate_id", "source_number", name=op.f("uq_repair_order_estate_id")),
        sa.UniqueConstraint("key", name=op.f("uq_repair_order_key")),
        sa.UniqueConstraint("number", name=op.f("uq_repair_order_number")),
        sa.UniqueConstraint("plan_id", "planned_for", name=op.f("uq_repair_order_plan_id")),
    )
    op.create_index("ix_repair_order_building_id", "repair_order", ["building_id"], unique=False)
    op.create_index("ix_repair_order_customer_id", "repair_order", ["customer_id"], unique=False)
    op.create_index(
        "ix_repair_order_duplicate_of_id",
        "repair_order",
        ["duplicate_of_id"],
        unique=False,
        sqlite_where=sa.text("duplicate_of_id IS NOT NULL"),
        postgresql_where=sa.text("duplicate_of_id IS NOT NULL"),
    )
    op.create_index("ix_repair_order_equipment_id", "repair_order", ["equipment_id"], unique=False)
    op.create_index("ix_repair_order_registered_at", "repair_order", ["registered_at"], unique=False)
    op.create_index("ix_repair_order_estate_id", "repair_order", ["estate_id", "registered_at"], unique=False)
    op.create_index(
        "ix_repair_order_finished_at", "repair_order", ["estate_id", "finished_at", "registered_at"], unique=False
    )
    op.create_index("ix_repair_order_visit_due_on", "repair_order", ["estate_id", "visit_due_on"], unique=False)
    op.create_index("ix_repair_order_incident_id", "repair_order", ["incident_id"], unique=False)
    op.create_index(
        "ix_repair_order_open",
        "repair_order",
        ["estate_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'cancelled', 'duplicate')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'cancelled', 'duplicate')"),
    )
    op.create_index("ix_repair_order_public_area_id", "repair_order", ["public_area_id"], unique=False)
    op.create_index(
        "ix_repair_order_repeat_of_id",
        "repair_order",
        ["repeat_of_id"],
        unique=False,
        sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
        postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
    )
    op.create_index("ix_repair_order_tail", "repair_order", ["tail"], unique=False)
    op.create_index("ix_repair_order_unit_id", "repair_order", ["unit_id", "category_id"], unique=False)
    op.create_index(
        "ix_repair_order_worker",
        "repair_order",
        ["worker_id", "state"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('filed', 'cancelled', 'duplicate')"),
        postgresql_where=sa.text("state NOT IN ('filed', 'cancelled', 'duplicate')"),
    )

    op.create_table(
        "repair_import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["repair_import_id"], ["repair_import.id"], name=op.f("fk_repair_import_row_repair_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["repair_order_id"], ["repair_order.id"], name=op.f("fk_repair_import_row_repair_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_import_row")),
        sa.UniqueConstraint("repair_import_id", "sheet", "row", name=op.f("uq_repair_import_row_repair_import_id")),
        sa.UniqueConstraint("repair_order_id", name=op.f("uq_repair_import_row_repair_order_id")),
    )
    op.create_table(
        "repair_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("takes_back_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("(takes_back_id IS NULL) = (quantity > 0)", name=op.f("ck_repair_line_takes_back")),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_repair_line_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_repair_line_item_id")),
        sa.ForeignKeyConstraint(["repair_order_id"], ["repair_order.id"], name=op.f("fk_repair_line_repair_order_id")),
        sa.ForeignKeyConstraint(["takes_back_id"], ["repair_line.id"], name=op.f("fk_repair_line_takes_back_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_line")),
        sa.UniqueConstraint("key", name=op.f("uq_repair_line_key")),
        sa.UniqueConstraint("takes_back_id", name=op.f("uq_repair_line_takes_back_id")),
    )
    op.create_index("ix_repair_line_repair_order_id", "repair_line", ["repair_order_id"], unique=False)

    op.create_table(
        "repair_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["repair_order_id"], ["repair_order.id"], name=op.f("fk_repair_photo_repair_order_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_repair_photo_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_repair_photo_key")),
    )
    op.create_index("ix_repair_photo_repair_order_id", "repair_photo", ["repair_order_id"], unique=False)

    op.create_table(
        "repair_quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_repair_quote_total")),
        sa.ForeignKeyConstraint(["repair_order_id"], ["repair_order.id"], name=op.f("fk_repair_quote_repair_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_quote")),
        sa.UniqueConstraint("repair_order_id", "edition", name=op.f("uq_repair_quote_repair_order_id")),
    )
    op.create_table(
        "repair_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", crm.db.UtcDateTime(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["repair_order_id"], ["repair_order.id"], name=op.f("fk_repair_step_repair_order_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user_account.id"], name=op.f("fk_repair_step_taken_by_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["user_account.id"], name=op.f("fk_repair_step_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_step")),
        sa.UniqueConstraint("key", name=op.f("uq_repair_step_key")),
    )
    op.create_index("ix_repair_step_repair_order_id", "repair_step", ["repair_order_id", "id"], unique=False)
    op.create_index(
        "ix_repair_step_ended",
        "repair_step",
        ["taken_at", "repair_order_id"],
        unique=False,
        sqlite_where=sa.text("action IN ('cancel', 'duplicate')"),
        postgresql_where=sa.text("action IN ('cancel', 'duplicate')"),
    )

    op.create_table(
        "return_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repair_order_id", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("satisfied IS NOT NULL OR score IS NULL", name=op.f("ck_return_visit_unreached")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_return_visit_score")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_return_visit_made_by_id")),
        sa.ForeignKeyConstraint(["repair_order_id"], ["repair_order.id"], name=op.f("fk_return_visit_repair_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_visit")),
    )
    op.create_index("ix_return_visit_repair_order_id", "return_visit", ["repair_order_id"], unique=False)
    op.create_index("ix_return_visit_made_at", "return_visit", ["made_at"], unique=False)

    op.create_table(
        "stock_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("van_of_id", sa.Integer(), nullable=True),
        sa.Column("repair_order_id", sa.Integer(), nullable=True),
        sa.Column("pair", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=True),
        sa.Column("moved_by", sa.String(), nullable=False),
        sa.Column("moved_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movement_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["stock_item.id"], name=op.f("fk_stock_movement_item_id")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["user_account.id"], name=op.f("fk_stock_movement_moved_by_id")),
        sa.ForeignKeyConstraint(
            ["repair_order_id"], ["repair_order.id"], name=op.f("fk_stock_movement_repair_order_id")
        ),
        sa.ForeignKeyConstraint(["van_of_id"], ["user_account.id"], name=op.f("fk_stock_movement_van_of_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("key", name=op.f("uq_stock_movement_key")),
    )
    op.create_index("ix_stock_movement_item_id", "stock_movement", ["item_id", "van_of_id", "quantity"], unique=False)
    op.create_index("ix_stock_movement_repair_order_id", "stock_movement", ["repair_order_id"], unique=False)

    op.create_table(
        "quote_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quote_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["quote_id"], ["repair_quote.id"], name=op.f("fk_quote_answer_quote_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_quote_answer_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_answer")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_quote_answer_quote_id")),
    )
    for table in (
        "stock_movement",
        "repair_step",
        "repair_photo",
        "repair_line",
        "repair_quote",
        "quote_answer",
        "return_visit",
        "repair_import_row",
    ):
        protect(table)
    protect("incident_caller", but=("told_at", "told_by"))
    refuse("repair_order", "UPDATE", "OLD.state IN ('filed', 'cancelled', 'duplicate')")
    for table in KEPT:
        refuse(table, "DELETE")
