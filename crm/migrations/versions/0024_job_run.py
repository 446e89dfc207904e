"""The clock: due moments and who has them, tasks that are paused"""

import sqlalchemy as sa
from alembic import op

import crm.db

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("due_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("beat_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("ended_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("(attempt = 0) = (started_at IS NULL)", name=op.f("ck_job_run_started")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_job_run_ended")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_job_run_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("task", "due_at", name=op.f("uq_job_run_task")),
    )
    op.create_index("ix_job_run_task_id", "job_run", ["task", "id"], unique=False)
    op.create_index("uq_job_run_open", "job_run", ["task"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "task_pause",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("paused_by_id", sa.Integer(), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=False),
        sa.Column("paused_at", crm.db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_task_pause_reason")),
        sa.ForeignKeyConstraint(["paused_by_id"], ["user_account.id"], name=op.f("fk_task_pause_paused_by_id")),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_task_pause")),
    )
