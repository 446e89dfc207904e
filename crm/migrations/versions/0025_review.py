"""Filing reviews with their findings and samples, readings of stored files, quiet hours"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEPT = ("filing_review", "finding")
ENDED = {"filing_review": "OLD.state = 'signed'", "finding": "OLD.cured_at IS NOT NULL"}
# Dossiers of files that were merged more than once: each goes on in the one that lives, one step away.
GO_ON = """
    UPDATE dossier SET continued_in_id = (SELECT next.continued_in_id FROM dossier AS next
                                          WHERE next.id = dossier.continued_in_id)
    WHERE continued_in_id IN (SELECT id FROM dossier WHERE continued_in_id IS NOT NULL)
"""
ADDED_TO = {"sampling": "id", "sampled_dossier": "sampling_id,dossier_id", "paper_count": "id"}


def upgrade() -> None:
    op.create_table(
        "found_now",
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("look", "dossier_id", "kind", "key", name=op.f("pk_found_now")),
    )
    op.create_table(
        "file_check",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("checked_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_file_check_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_check")),
    )
    op.create_index("ix_file_check_checked_at", "file_check", ["checked_at"], unique=False)
    op.create_index(
        "ix_file_check_faulty",
        "file_check",
        ["sha256"],
        unique=False,
        sqlite_where=sa.text("fault <> ''"),
        postgresql_where=sa.text("fault <> ''"),
    )
    op.create_table(
        "filing_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("cured", sa.Integer(), nullable=False),
        sa.Column("complete_asked", sa.Integer(), nullable=True),
        sa.Column("complete_failed", sa.Integer(), nullable=True),
        sa.Column("accurate_asked", sa.Integer(), nullable=True),
        sa.Column("accurate_failed", sa.Integer(), nullable=True),
        sa.Column("valid_asked", sa.Integer(), nullable=True),
        sa.Column("valid_failed", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name=op.f("ck_filing_review_ended")),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_filing_review_signed")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_filing_review_estate_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_filing_review_job_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_filing_review_opened_by_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["filing_review.id"], name=op.f("fk_filing_review_previous_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_filing_review_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_review")),
    )
    op.create_index(op.f("ix_filing_review_estate_id"), "filing_review", ["estate_id"], unique=False)
    op.create_index(
        "uq_filing_review_running",
        "filing_review",
        ["estate_id"],
        unique=True,
        sqlite_where=sa.text("state = 'running' AND estate_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'running' AND estate_id IS NOT NULL"),
    )
    op.create_index(
        "uq_filing_review_running_of_company",
        "filing_review",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'running' AND estate_id IS NULL"),
        postgresql_where=sa.text("state = 'running' AND estate_id IS NULL"),
    )
    op.create_index(
        "uq_filing_review_scheduled",
        "filing_review",
        ["estate_id", "month"],
        unique=True,
        sqlite_where=sa.text("scheduled AND estate_id IS NOT NULL"),
        postgresql_where=sa.text("scheduled AND estate_id IS NOT NULL"),
    )
    op.create_index(
        "uq_filing_review_scheduled_of_company",
        "filing_review",
        ["month"],
        unique=True,
        sqlite_where=sa.text("scheduled AND estate_id IS NULL"),
        postgresql_where=sa.text("scheduled AND estate_id IS NULL"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("found_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("found_review_id", sa.Integer(), nullable=True),
        sa.Column("cured_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("cured_review_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cured_at IS NULL OR cured_at >= found_at", name=op.f("ck_finding_order")),
        sa.ForeignKeyConstraint(["cured_review_id"], ["filing_review.id"], name=op.f("fk_finding_cured_review_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_finding_dossier_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_finding_estate_id")),
        sa.ForeignKeyConstraint(["found_review_id"], ["filing_review.id"], name=op.f("fk_finding_found_review_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_finding_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_cured_review_id", "finding", ["cured_review_id"], unique=False)
    op.create_index("ix_finding_dossier_id", "finding", ["dossier_id", "found_at"], unique=False)
    op.create_index(
        "ix_finding_estate_id_kind",
        "finding",
        ["estate_id", "kind"],
        unique=False,
        sqlite_where=sa.text("cured_at IS NULL"),
        postgresql_where=sa.text("cured_at IS NULL"),
    )
    op.create_index("ix_finding_found_review_id", "finding", ["found_review_id"], unique=False)
    op.create_index(
        "ix_finding_owner_id_due_on",
        "finding",
        ["owner_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("cured_at IS NULL"),
        postgresql_where=sa.text("cured_at IS NULL"),
    )
    op.create_index(
        "uq_finding_open",
        "finding",
        ["dossier_id", "kind", "key"],
        unique=True,
        sqlite_where=sa.text("cured_at IS NULL"),
        postgresql_where=sa.text("cured_at IS NULL"),
    )
    op.create_table(
        "reviewed_dossier",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("complete_asked", sa.Integer(), nullable=True),
        sa.Column("complete_failed", sa.Integer(), nullable=True),
        sa.Column("accurate_asked", sa.Integer(), nullable=True),
        sa.Column("accurate_failed", sa.Integer(), nullable=True),
        sa.Column("valid_asked", sa.Integer(), nullable=True),
        sa.Column("valid_failed", sa.Integer(), nullable=True),
        sa.Column("findings", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_reviewed_dossier_dossier_id")),
        sa.ForeignKeyConstraint(["review_id"], ["filing_review.id"], name=op.f("fk_reviewed_dossier_review_id")),
        sa.PrimaryKeyConstraint("review_id", "dossier_id", name=op.f("pk_reviewed_dossier")),
    )
    op.create_index("ix_reviewed_dossier_dossier_id", "reviewed_dossier", ["dossier_id", "review_id"], unique=False)
    op.create_table(
        "sampling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("recount_of_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("size >= 1", name=op.f("ck_sampling_size")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user_account.id"], name=op.f("fk_sampling_drawn_by_id")),
        sa.ForeignKeyConstraint(["recount_of_id"], ["sampling.id"], name=op.f("fk_sampling_recount_of_id")),
        sa.ForeignKeyConstraint(["review_id"], ["filing_review.id"], name=op.f("fk_sampling_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling")),
        sa.UniqueConstraint("recount_of_id", name=op.f("uq_sampling_recount_of_id")),
    )
    op.create_index(op.f("ix_sampling_review_id"), "sampling", ["review_id"], unique=False)
    op.create_table(
        "paper_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sampling_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("counted_by", sa.String(), nullable=False),
        sa.Column("counted_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("documents >= 0 AND pages >= 0 AND sheets >= 0", name=op.f("ck_paper_count_counted")),
        sa.CheckConstraint("there OR (documents = 0 AND pages = 0 AND sheets = 0)", name=op.f("ck_paper_count_there")),
        sa.ForeignKeyConstraint(["counted_by_id"], ["user_account.id"], name=op.f("fk_paper_count_counted_by_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_paper_count_dossier_id")),
        sa.ForeignKeyConstraint(["sampling_id"], ["sampling.id"], name=op.f("fk_paper_count_sampling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_count")),
    )
    op.create_index("ix_paper_count_dossier_id", "paper_count", ["dossier_id", "id"], unique=False)
    op.create_index("uq_paper_count_sampling_id", "paper_count", ["sampling_id", "dossier_id"], unique=True)
    op.create_table(
        "sampled_dossier",
        sa.Column("sampling_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_sampled_dossier_position")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_sampled_dossier_dossier_id")),
        sa.ForeignKeyConstraint(["sampling_id"], ["sampling.id"], name=op.f("fk_sampled_dossier_sampling_id")),
        sa.PrimaryKeyConstraint("sampling_id", "dossier_id", name=op.f("pk_sampled_dossier")),
        sa.UniqueConstraint("sampling_id", "position", name=op.f("uq_sampled_dossier_sampling_id")),
    )
    op.add_column("notification", sa.Column("rings_at", crm.db.UtcDateTime(), nullable=True))
    op.add_column("user_account", sa.Column("quiet_from", sa.Time(), nullable=True))
    op.add_column("user_account", sa.Column("quiet_until", sa.Time(), nullable=True))
    while op.get_bind().execute(sa.text(GO_ON)).rowcount:
        pass
    for table, key in ADDED_TO.items():
        protect(table, key=key)
    for table, condition in ENDED.items():
        refuse(table, "UPDATE", condition)
    for table in KEPT:
        refuse(table, "DELETE")
