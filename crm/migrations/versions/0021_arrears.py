"""Arrears: reviews, dunning, demands and how they were served, contacts, promises, plans, cases"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse, refuse_if, refuse_where

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LIVE_STEP = sa.text("active")
LIVE_PLAN = sa.text("state IN ('requested', 'agreed')")
LIVE_CASE = sa.text("state IN ('requested', 'handed_over')")
SIGNED_LINES = "SELECT 1 FROM arrears_line WHERE NEW.state = 'signed' AND review_id = NEW.id"
SIGNED_BY_WHOEVER_DECIDED = f"{SIGNED_LINES} AND decided_by_id = NEW.signed_by_id"
SIGNED_UNDECIDED = f"{SIGNED_LINES} AND decision IS NULL"
UNDECIDED = sa.text("decision IS NULL")
WAITS = sa.text("about_id IS NOT NULL AND released_at IS NULL")
DECIDED = ("decision", "decided_step_id", "hold_until", "remark", "decided_by_id", "decided_by", "decided_at")
KEPT = ("arrears_review", "demand_run", "dunning_exclusion", "dunning_step", "instalment_plan", "legal_case")


def upgrade() -> None:
    op.create_table(
        "dunning_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("spares_matters", sa.Boolean(), nullable=False),
        sa.Column("pay_within", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 1", name=op.f("ck_dunning_step_days")),
        sa.CheckConstraint("gap >= 0", name=op.f("ck_dunning_step_gap")),
        sa.CheckConstraint("least >= 0", name=op.f("ck_dunning_step_least")),
        sa.CheckConstraint("pay_within >= 1", name=op.f("ck_dunning_step_pay_within")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_dunning_step_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_step")),
    )
    op.create_index(
        "uq_dunning_step_position",
        "dunning_step",
        ["estate_id", "position"],
        unique=True,
        sqlite_where=LIVE_STEP,
        postgresql_where=LIVE_STEP,
    )
    op.create_table(
        "arrears_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("talked_to", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('not_reached', 'wrong_number') OR words <> ''", name=op.f("ck_arrears_contact_words")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_arrears_contact_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_arrears_contact_estate_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_arrears_contact_made_by_id")),
        sa.ForeignKeyConstraint(["step_id"], ["dunning_step.id"], name=op.f("fk_arrears_contact_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_contact")),
    )
    op.create_index("ix_arrears_contact_customer_id", "arrears_contact", ["customer_id", "contacted_on"], unique=False)
    op.create_index("ix_arrears_contact_estate_id", "arrears_contact", ["estate_id", "contacted_on"], unique=False)
    op.create_table(
        "arrears_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.BigInteger(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_arrears_review_signed")),
        sa.CheckConstraint("accounts >= 0 AND overdue >= 0", name=op.f("ck_arrears_review_sums")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_arrears_review_estate_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_arrears_review_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_review")),
        sa.UniqueConstraint("estate_id", "month", name=op.f("uq_arrears_review_estate_id")),
    )
    op.create_table(
        "dunning_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_dunning_exclusion_reason")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_dunning_exclusion_ended")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_dunning_exclusion_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_dunning_exclusion_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_exclusion")),
    )
    op.create_index("ix_dunning_exclusion_customer_id", "dunning_exclusion", ["customer_id"], unique=False)
    op.create_table(
        "instalment_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_instalment_plan_ended")),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused', 'ended') OR decided_by_id IS NOT NULL",
            name=op.f("ck_instalment_plan_decided"),
        ),
        sa.CheckConstraint("decided_by_id <> requested_by_id", name=op.f("ck_instalment_plan_four_eyes")),
        sa.CheckConstraint("total > 0", name=op.f("ck_instalment_plan_total")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_instalment_plan_customer_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_instalment_plan_decided_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_instalment_plan_estate_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_instalment_plan_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_instalment_plan_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_instalment_plan_key")),
    )
    op.create_index("ix_instalment_plan_customer_id", "instalment_plan", ["customer_id"], unique=False)
    op.create_index(
        "uq_instalment_plan_live",
        "instalment_plan",
        ["estate_id", "customer_id"],
        unique=True,
        sqlite_where=LIVE_PLAN,
        postgresql_where=LIVE_PLAN,
    )
    op.create_table(
        "legal_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("lawyer", sa.String(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_legal_case_reason")),
        sa.CheckConstraint(
            "state NOT IN ('handed_over', 'refused', 'closed') OR decided_by_id IS NOT NULL",
            name=op.f("ck_legal_case_decided"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_legal_case_amount")),
        sa.CheckConstraint("decided_by_id <> requested_by_id", name=op.f("ck_legal_case_four_eyes")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_legal_case_customer_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_legal_case_decided_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_legal_case_estate_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["user_account.id"], name=op.f("fk_legal_case_requested_by_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_legal_case_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_case")),
        sa.UniqueConstraint("key", name=op.f("uq_legal_case_key")),
    )
    op.create_index("ix_legal_case_customer_id", "legal_case", ["customer_id"], unique=False)
    op.create_index(
        "uq_legal_case_live",
        "legal_case",
        ["estate_id", "customer_id"],
        unique=True,
        sqlite_where=LIVE_CASE,
        postgresql_where=LIVE_CASE,
    )
    op.create_table(
        "demand_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("demands", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("rolled_back_by", sa.String(), nullable=False),
        sa.Column("rolled_back_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'rolled_back') = (rolled_back_at IS NOT NULL)", name=op.f("ck_demand_run_rolled_back")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_demand_run_estate_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_demand_run_made_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["arrears_review.id"], name=op.f("fk_demand_run_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_run")),
        sa.UniqueConstraint("key", name=op.f("uq_demand_run_key")),
    )
    op.create_index("ix_demand_run_review_id", "demand_run", ["review_id"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_amount")),
        sa.ForeignKeyConstraint(["plan_id"], ["instalment_plan.id"], name=op.f("fk_instalment_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_instalment_plan_id")),
    )
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_promise_withdrawn")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_promise_amount")),
        sa.CheckConstraint("made_on <= due_on", name=op.f("ck_promise_days")),
        sa.ForeignKeyConstraint(["contact_id"], ["arrears_contact.id"], name=op.f("fk_promise_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_promise_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_promise_estate_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_promise_recorded_by_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_promise_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index("ix_promise_customer_id", "promise", ["customer_id", "due_on"], unique=False)
    op.create_index("ix_promise_estate_id", "promise", ["estate_id", "due_on"], unique=False)
    op.create_table(
        "arrears_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("overdue", sa.BigInteger(), nullable=False),
        sa.Column("to_30", sa.BigInteger(), nullable=False),
        sa.Column("to_90", sa.BigInteger(), nullable=False),
        sa.Column("to_180", sa.BigInteger(), nullable=False),
        sa.Column("to_365", sa.BigInteger(), nullable=False),
        sa.Column("over_a_year", sa.BigInteger(), nullable=False),
        sa.Column("over_two_years", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("deposits", sa.BigInteger(), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("oldest_due", sa.Date(), nullable=True),
        sa.Column("matters", sa.Integer(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("promise_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("last_step_on", sa.Date(), nullable=True),
        sa.Column("advice", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("advised_until", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_step_id", sa.Integer(), nullable=True),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", crm.db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "decision <> 'hold' OR (hold_until IS NOT NULL AND (remark <> '' OR advice = 'hold'))",
            name=op.f("ck_arrears_line_hold"),
        ),
        sa.CheckConstraint("decision <> 'step' OR decided_step_id IS NOT NULL", name=op.f("ck_arrears_line_step")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_arrears_line_decided")),
        sa.CheckConstraint("disputed BETWEEN 0 AND overdue", name=op.f("ck_arrears_line_disputed")),
        sa.CheckConstraint(
            "overdue = to_30 + to_90 + to_180 + to_365 + over_a_year + over_two_years AND overdue > 0",
            name=op.f("ck_arrears_line_ages"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_arrears_line_customer_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_arrears_line_decided_by_id")),
        sa.ForeignKeyConstraint(["decided_step_id"], ["dunning_step.id"], name=op.f("fk_arrears_line_decided_step_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_arrears_line_estate_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["instalment_plan.id"], name=op.f("fk_arrears_line_plan_id")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_arrears_line_promise_id")),
        sa.ForeignKeyConstraint(["review_id"], ["arrears_review.id"], name=op.f("fk_arrears_line_review_id")),
        sa.ForeignKeyConstraint(["step_id"], ["dunning_step.id"], name=op.f("fk_arrears_line_step_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_arrears_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_line")),
        sa.UniqueConstraint("review_id", "customer_id", name=op.f("uq_arrears_line_review_id")),
    )
    op.create_index("ix_arrears_line_customer_id", "arrears_line", ["customer_id"], unique=False)
    op.create_index("ix_arrears_line_overdue", "arrears_line", ["review_id", "overdue", "id"], unique=False)
    op.create_index(
        "ix_arrears_line_undecided",
        "arrears_line",
        ["review_id", "overdue", "id"],
        unique=False,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("number_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pay_until", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_demand_amount")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_demand_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_demand_estate_id")),
        sa.ForeignKeyConstraint(["line_id"], ["arrears_line.id"], name=op.f("fk_demand_line_id")),
        sa.ForeignKeyConstraint(["number_id"], ["number.id"], name=op.f("fk_demand_number_id")),
        sa.ForeignKeyConstraint(["run_id"], ["demand_run.id"], name=op.f("fk_demand_run_id")),
        sa.ForeignKeyConstraint(["step_id"], ["dunning_step.id"], name=op.f("fk_demand_step_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_demand_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("number_id", name=op.f("uq_demand_number_id")),
        sa.UniqueConstraint("run_id", "customer_id", name=op.f("uq_demand_run_id")),
    )
    op.create_index("ix_demand_customer_id", "demand", ["customer_id", "day"], unique=False)
    op.create_index("ix_demand_estate_id_day", "demand", ["estate_id", "day"], unique=False)
    op.create_index("ix_demand_line_id", "demand", ["line_id"], unique=False)
    op.create_table(
        "case_bill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_case_bill_amount")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_case_bill_bill_id")),
        sa.ForeignKeyConstraint(["case_id"], ["legal_case.id"], name=op.f("fk_case_bill_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_bill")),
        sa.UniqueConstraint("case_id", "bill_id", name=op.f("uq_case_bill_case_id")),
    )
    op.create_index("ix_case_bill_bill_id", "case_bill", ["bill_id"], unique=False)
    op.create_table(
        "demand_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("arrival", sa.String(length=40), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("witness", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("arrival <> 'refused' OR witness <> ''", name=op.f("ck_demand_delivery_witness")),
        sa.CheckConstraint("channel <> 'ems' OR tracking <> ''", name=op.f("ck_demand_delivery_tracking")),
        sa.CheckConstraint(
            "channel <> 'posted_at_door' OR upload_id IS NOT NULL", name=op.f("ck_demand_delivery_photograph")
        ),
        sa.CheckConstraint(
            "arrival <> 'on_its_way' OR channel IN ('ems', 'email')", name=op.f("ck_demand_delivery_sent")
        ),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_demand_delivery_demand_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_demand_delivery_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["demand_delivery.id"], name=op.f("fk_demand_delivery_reverses_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_demand_delivery_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_delivery")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_demand_delivery_reverses_id")),
    )
    op.create_index("ix_demand_delivery_demand_id", "demand_delivery", ["demand_id"], unique=False)
    op.create_table(
        "demand_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_demand_print_demand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_print")),
    )
    op.create_index("ix_demand_print_demand_id", "demand_print", ["demand_id"], unique=False)
    op.create_table(
        "demand_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_demand_line_amount")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_demand_line_bill_id")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_demand_line_demand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_line")),
    )
    op.create_index("ix_demand_line_bill_id", "demand_line", ["bill_id"], unique=False)
    op.create_index(op.f("ix_demand_line_demand_id"), "demand_line", ["demand_id"], unique=False)
    op.create_table(
        "plan_bill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_bill_amount")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_plan_bill_bill_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["instalment_plan.id"], name=op.f("fk_plan_bill_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_bill")),
        sa.UniqueConstraint("plan_id", "bill_id", name=op.f("uq_plan_bill_plan_id")),
    )
    op.create_index("ix_plan_bill_bill_id", "plan_bill", ["bill_id"], unique=False)
    op.create_table(
        "limitation_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_limitation_alarm_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limitation_alarm")),
        sa.UniqueConstraint("bill_id", "days", "expires_on", name=op.f("uq_limitation_alarm_bill_id")),
    )
    op.create_table(
        "evidence_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_evidence_pack_reason")),
        sa.CheckConstraint("claimed > 0", name=op.f("ck_evidence_pack_claimed")),
        sa.ForeignKeyConstraint(["case_id"], ["legal_case.id"], name=op.f("fk_evidence_pack_case_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_evidence_pack_customer_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_evidence_pack_estate_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_evidence_pack_made_by_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_evidence_pack_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_pack")),
    )
    op.create_index("ix_evidence_pack_customer_id", "evidence_pack", ["customer_id"], unique=False)
    op.create_table(
        "arrears_reminder",
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_at", crm.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_arrears_reminder_estate_id")),
        sa.PrimaryKeyConstraint("estate_id", "day", name=op.f("pk_arrears_reminder")),
    )
    op.add_column("bill_dispute", sa.Column("about_kind", sa.String(), nullable=False, server_default=""))
    op.add_column("bill_dispute", sa.Column("about_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_bill_dispute_about",
        "bill_dispute",
        ["about_kind", "about_id"],
        unique=False,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    for table in (
        "arrears_contact",
        "demand_line",
        "demand_delivery",
        "demand_print",
        "instalment",
        "plan_bill",
        "case_bill",
    ):
        protect(table)
    for table in ("limitation_alarm", "evidence_pack"):
        protect(table)
    protect("demand", but=("voided",))
    protect("promise", but=("withdrawn_by", "withdrawn_at", "reason"))
    protect("arrears_line", but=DECIDED)
    refuse_where(
        "arrears_line",
        "UPDATE",
        "arrears_review",
        "arrears_review.id = OLD.review_id AND arrears_review.state = 'signed'",
    )
    refuse("arrears_review", "UPDATE", "OLD.state = 'signed'")
    refuse_if("arrears_review", "UPDATE", "four_eyes", SIGNED_BY_WHOEVER_DECIDED)
    refuse_if("arrears_review", "UPDATE", "undecided", SIGNED_UNDECIDED)
    for table in KEPT:
        refuse(table, "DELETE")
