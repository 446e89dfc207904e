"""Holiday notices, and those published so far"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect
from crm.worktime.published import PUBLISHED, published_days

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
YEARS = (2025, 2026)  # fixed: a year that is published later comes with a migration of its own


def upgrade() -> None:
    notice = op.create_table(
        "holiday_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_notice")),
    )
    op.create_index(op.f("ix_holiday_notice_year"), "holiday_notice", ["year"])
    day = op.create_table(
        "holiday_notice_day",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["holiday_notice.id"], name=op.f("fk_holiday_notice_day_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "day", name=op.f("pk_holiday_notice_day")),
    )
    _seed(notice, day)
    protect("holiday_notice")
    protect("holiday_notice_day", key="notice_id,day")


def _seed(notice: sa.Table, day: sa.Table) -> None:
    """The same rows with the same keys in every installation: a restored backup finds its own there already."""
    connection = op.get_bind()
    for year in YEARS:
        facts = {"title": PUBLISHED[year].title, "entered_at": PUBLISHED[year].announced_at}
        entered = notice.insert().values(year=year, entered_by="", **facts).returning(notice.c.id)
        notice_id = connection.scalar(entered)
        rows = published_days(year)
        named = [{"notice_id": notice_id, "day": when, "works": works, "name": name} for when, works, name in rows]
        connection.execute(day.insert(), named)
