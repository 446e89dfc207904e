"""Billing: charge items, tariffs, runs, the books, receipts and day closes"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GROWS = {
    "tariff": (),
    "shared_cost": (),
    "period_close": (),
    "bill": ("open", "voided"),
    "payment": ("open", "day_close_id"),
    "allocation": (),
    "adjustment": ("day_close_id",),
    "publication": (),
    "receipt": ("voided_by", "voided_at", "void_reason"),
    "receipt_print": (),
}
STAYS = ("charge_item", "billing_run", "adjustment_request", "bill_dispute", "day_close")


def upgrade() -> None:
    _tables()
    for table, movable in GROWS.items():
        protect(table, but=movable)
    for table in STAYS:
        refuse(table, "DELETE")
    # What is decided, signed, void or closed stays as it is, whoever writes.
    refuse("adjustment_request", "UPDATE", "OLD.state <> 'requested'")
    refuse("day_close", "UPDATE", "OLD.state = 'signed'")
    refuse("bill_dispute", "UPDATE", "OLD.released_at IS NOT NULL")
    refuse("bill", "UPDATE", "OLD.voided", "void")
    refuse("receipt", "UPDATE", "OLD.voided_at IS NOT NULL", "void")
    for table in ("payment", "adjustment"):
        refuse(
            table,
            "UPDATE",
            "OLD.day_close_id IS NOT NULL AND coalesce(NEW.day_close_id, 0) <> OLD.day_close_id",
            "closed",
        )


def _tables() -> None:
    op.create_table(
        "charge_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("rounding", sa.String(length=40), nullable=False),
        sa.Column("meter_kind", sa.String(length=40), nullable=True),
        sa.Column("shared_by", sa.String(length=40), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(basis = 'shared') = (shared_by IS NOT NULL)", name=op.f("ck_charge_item_shared")),
        sa.CheckConstraint(
            "(meter_kind IS NOT NULL) = (basis = 'meter' OR coalesce(shared_by, '') = 'consumption')",
            name=op.f("ck_charge_item_meter"),
        ),
        sa.CheckConstraint("due_day BETWEEN 1 AND 28", name=op.f("ck_charge_item_due_day")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_charge_item_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_item")),
        sa.UniqueConstraint("estate_id", "name", name=op.f("uq_charge_item_estate_id")),
    )
    op.create_table(
        "period_close",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_period_close_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_close")),
        sa.UniqueConstraint("estate_id", "month", name=op.f("uq_period_close_estate_id")),
    )
    op.create_table(
        "billing_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_billing_run_published")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_billing_run_estate_id")),
        sa.ForeignKeyConstraint(["item_id"], ["charge_item.id"], name=op.f("fk_billing_run_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_run")),
        sa.UniqueConstraint("item_id", "period", name=op.f("uq_billing_run_item_id")),
    )
    op.create_index("ix_billing_run_estate_id_period", "billing_run", ["estate_id", "period"], unique=False)
    op.create_table(
        "day_close",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("cashier_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("recounts", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("variance", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("closed_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_by_id IS NOT NULL)", name=op.f("ck_day_close_signed")),
        sa.CheckConstraint(
            "variance = 0 OR explanation <> '' OR state = 'unexplained'", name=op.f("ck_day_close_explained")
        ),
        sa.CheckConstraint("signed_by_id <> cashier_id", name=op.f("ck_day_close_four_eyes")),
        sa.ForeignKeyConstraint(["cashier_id"], ["user_account.id"], name=op.f("fk_day_close_cashier_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_day_close_estate_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_day_close_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
    )
    op.create_index("ix_day_close_estate_id_day", "day_close", ["estate_id", "day"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("voided_by", sa.String(), nullable=True),
        sa.Column("voided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(voided_at IS NULL) = (voided_by IS NULL)", name=op.f("ck_receipt_voided")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_receipt_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_receipt_estate_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_receipt_number_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("kind", "about_id", name=op.f("uq_receipt_kind")),
        sa.UniqueConstraint("number_id", name=op.f("uq_receipt_number_id")),
    )
    op.create_index("ix_receipt_customer_id", "receipt", ["customer_id"], unique=False)
    op.create_index("ix_receipt_estate_id_issued_on", "receipt", ["estate_id", "issued_on"], unique=False)
    op.create_table(
        "shared_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("total > 0", name=op.f("ck_shared_cost_total")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_shared_cost_building_id")),
        sa.ForeignKeyConstraint(["item_id"], ["charge_item.id"], name=op.f("fk_shared_cost_item_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_shared_cost_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_cost")),
    )
    op.create_index("ix_shared_cost_item_id_period", "shared_cost", ["item_id", "period"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("day_close_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint("open BETWEEN 0 AND amount", name=op.f("ck_payment_open")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id")),
        sa.ForeignKeyConstraint(["day_close_id"], ["day_close.id"], name=op.f("fk_payment_day_close_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_payment_estate_id")),
        sa.ForeignKeyConstraint(["received_by_id"], ["user_account.id"], name=op.f("fk_payment_received_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_key")),
    )
    op.create_index("ix_payment_customer_id", "payment", ["customer_id"], unique=False)
    op.create_index(
        "ix_payment_day_close_id",
        "payment",
        ["day_close_id"],
        unique=False,
        sqlite_where=sa.text("day_close_id IS NOT NULL"),
        postgresql_where=sa.text("day_close_id IS NOT NULL"),
    )
    op.create_index("ix_payment_estate_id_paid_on", "payment", ["estate_id", "paid_on"], unique=False)
    op.create_index(
        "ix_payment_open",
        "payment",
        ["estate_id", "customer_id", "open"],
        unique=False,
        sqlite_where=sa.text("open > 0"),
        postgresql_where=sa.text("open > 0"),
    )
    op.create_index(
        "ix_payment_unclosed",
        "payment",
        ["received_by_id", "estate_id", "method"],
        unique=False,
        sqlite_where=sa.text("day_close_id IS NULL"),
        postgresql_where=sa.text("day_close_id IS NULL"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("bills > 0", name=op.f("ck_publication_bills")),
        sa.ForeignKeyConstraint(["run_id"], ["billing_run.id"], name=op.f("fk_publication_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index("ix_publication_run_id", "publication", ["run_id"], unique=False)
    op.create_table(
        "receipt_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_receipt_print_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_print")),
    )
    op.create_index("ix_receipt_print_receipt_id", "receipt_print", ["receipt_id"], unique=False)
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("use", sa.String(length=40), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("terms", sa.String(length=40), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("legal_basis", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("(terms = 'priced') = (price IS NOT NULL)", name=op.f("ck_tariff_priced")),
        sa.CheckConstraint("terms <> 'general' OR unit_id IS NOT NULL", name=op.f("ck_tariff_general")),
        sa.CheckConstraint("price BETWEEN 0 AND 100000000000", name=op.f("ck_tariff_price")),
        sa.CheckConstraint("quantity BETWEEN 0 AND 100000000", name=op.f("ck_tariff_quantity")),
        sa.CheckConstraint("unit_id IS NULL OR use IS NULL", name=op.f("ck_tariff_scope")),
        sa.ForeignKeyConstraint(["item_id"], ["charge_item.id"], name=op.f("fk_tariff_item_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tariff_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    op.create_index("ix_tariff_item_id_since", "tariff", ["item_id", "since"], unique=False)
    op.create_index("ix_tariff_unit_id", "tariff", ["unit_id"], unique=False)
    op.create_table(
        "bill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("days_of", sa.Integer(), nullable=True),
        sa.Column("tariff_id", sa.Integer(), nullable=True),
        sa.Column("shared_cost_id", sa.Integer(), nullable=True),
        sa.Column("whole", sa.BigInteger(), nullable=True),
        sa.Column("meter", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("late_for_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bill_amount")),
        sa.CheckConstraint("begins < ends", name=op.f("ck_bill_days")),
        sa.CheckConstraint("open BETWEEN 0 AND amount", name=op.f("ck_bill_open")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_bill_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_bill_estate_id")),
        sa.ForeignKeyConstraint(["item_id"], ["charge_item.id"], name=op.f("fk_bill_item_id")),
        sa.ForeignKeyConstraint(["late_for_id"], ["bill.id"], name=op.f("fk_bill_late_for_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["bill.id"], name=op.f("fk_bill_replaces_id")),
        sa.ForeignKeyConstraint(["run_id"], ["billing_run.id"], name=op.f("fk_bill_run_id")),
        sa.ForeignKeyConstraint(["shared_cost_id"], ["shared_cost.id"], name=op.f("fk_bill_shared_cost_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_bill_tariff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bill_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
    )
    op.create_index("ix_bill_customer_id", "bill", ["customer_id", "due_on"], unique=False)
    op.create_index("ix_bill_estate_id_period", "bill", ["estate_id", "period"], unique=False)
    op.create_index(
        "ix_bill_late_for_id",
        "bill",
        ["late_for_id"],
        unique=False,
        sqlite_where=sa.text("late_for_id IS NOT NULL"),
        postgresql_where=sa.text("late_for_id IS NOT NULL"),
    )
    op.create_index(
        "ix_bill_open",
        "bill",
        ["estate_id", "customer_id", "due_on", "open"],
        unique=False,
        sqlite_where=sa.text("open > 0"),
        postgresql_where=sa.text("open > 0"),
    )
    op.create_index(
        "ix_bill_replaces_id",
        "bill",
        ["replaces_id"],
        unique=False,
        sqlite_where=sa.text("replaces_id IS NOT NULL"),
        postgresql_where=sa.text("replaces_id IS NOT NULL"),
    )
    op.create_index("ix_bill_run_id", "bill", ["run_id"], unique=False)
    op.create_index("ix_bill_unit_id", "bill", ["unit_id", "period"], unique=False)
    op.create_index(
        "uq_bill_charged_once",
        "bill",
        ["item_id", "unit_id", "begins", "meter"],
        unique=True,
        sqlite_where=sa.text("NOT voided AND unit_id IS NOT NULL AND source NOT IN ('single', 'late_fee')"),
        postgresql_where=sa.text("NOT voided AND unit_id IS NOT NULL AND source NOT IN ('single', 'late_fee')"),
    )
    op.create_table(
        "adjustment_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(bill_id IS NOT NULL) = (kind IN ('waiver', 'write_off', 'void'))", name=op.f("ck_adjustment_request_kind")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'refused')) = (decided_by_id IS NOT NULL)",
            name=op.f("ck_adjustment_request_decided"),
        ),
        sa.CheckConstraint("(bill_id IS NULL) <> (payment_id IS NULL)", name=op.f("ck_adjustment_request_about_one")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_adjustment_request_amount")),
        sa.CheckConstraint("decided_by_id <> requested_by_id", name=op.f("ck_adjustment_request_four_eyes")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_adjustment_request_bill_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_adjustment_request_customer_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_adjustment_request_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_adjustment_request_estate_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_adjustment_request_payment_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_adjustment_request_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_adjustment_request_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment_request")),
    )
    op.create_index("ix_adjustment_request_bill_id", "adjustment_request", ["bill_id"], unique=False)
    op.create_index("ix_adjustment_request_payment_id", "adjustment_request", ["payment_id"], unique=False)
    op.create_index(
        "ix_adjustment_request_waiting",
        "adjustment_request",
        ["estate_id"],
        unique=False,
        sqlite_where=sa.text("state = 'requested'"),
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("allocated_by", sa.String(), nullable=False),
        sa.Column("allocated_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)",
            name=op.f("ck_allocation_sign"),
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_allocation_bill_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["allocation.id"], name=op.f("fk_allocation_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_allocation_reverses_id")),
    )
    op.create_index("ix_allocation_bill_id", "allocation", ["bill_id"], unique=False)
    op.create_index("ix_allocation_payment_id", "allocation", ["payment_id"], unique=False)
    op.create_table(
        "bill_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.Column("released_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_bill_dispute_released")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_bill_dispute_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_dispute")),
    )
    op.create_index("ix_bill_dispute_bill_id", "bill_dispute", ["bill_id"], unique=False)
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("day_close_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(bill_id IS NOT NULL) = (kind IN ('waiver', 'write_off', 'void'))", name=op.f("ck_adjustment_kind")
        ),
        sa.CheckConstraint("(bill_id IS NULL) <> (payment_id IS NULL)", name=op.f("ck_adjustment_about_one")),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)",
            name=op.f("ck_adjustment_sign"),
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_adjustment_bill_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_adjustment_customer_id")),
        sa.ForeignKeyConstraint(["day_close_id"], ["day_close.id"], name=op.f("fk_adjustment_day_close_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_adjustment_estate_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_adjustment_made_by_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_adjustment_payment_id")),
        sa.ForeignKeyConstraint(["request_id"], ["adjustment_request.id"], name=op.f("fk_adjustment_request_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["adjustment.id"], name=op.f("fk_adjustment_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint("request_id", name=op.f("uq_adjustment_request_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_adjustment_reverses_id")),
    )
    op.create_index("ix_adjustment_bill_id", "adjustment", ["bill_id"], unique=False)
    op.create_index("ix_adjustment_customer_id", "adjustment", ["customer_id"], unique=False)
    op.create_index(
        "ix_adjustment_day_close_id",
        "adjustment",
        ["day_close_id"],
        unique=False,
        sqlite_where=sa.text("day_close_id IS NOT NULL"),
        postgresql_where=sa.text("day_close_id IS NOT NULL"),
    )
    op.create_index("ix_adjustment_payment_id", "adjustment", ["payment_id"], unique=False)
    op.create_index(
        "ix_adjustment_unclosed",
        "adjustment",
        ["estate_id", "kind"],
        unique=False,
        sqlite_where=sa.text("day_close_id IS NULL"),
        postgresql_where=sa.text("day_close_id IS NULL"),
    )
