"""Meters: what hangs where, what was read off it, the sheets that came back; a charge item's basis stays"""

import sqlalchemy as sa
from alembic import op

import crm.db
from crm.migrations.append_only import protect, refuse, refuse_if

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CONFIRMATION = ("confirmed_as", "confirmed_by", "confirmed_at", "remark")
ROUNDED_BY = "SELECT 1 FROM bill WHERE bill.item_id = NEW.id AND NEW.rounding <> OLD.rounding"
STANDS_ON = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE {table}.item_id = OLD.id AND "  # noqa: S608 - names of our own tables
    "(NEW.basis <> OLD.basis OR coalesce(NEW.meter_kind, '') <> coalesce(OLD.meter_kind, ''))"
    for table in ("tariff", "bill")
)


def upgrade() -> None:
    _tables()
    protect("meter_reading", but=CONFIRMATION)
    refuse("meter_reading", "UPDATE", "OLD.confirmed_at IS NOT NULL", "confirmed")
    for table in ("meter", "reading_sheet"):
        refuse(table, "DELETE")
    refuse("reading_sheet", "UPDATE", "OLD.state = 'done'")
    refuse_if("charge_item", "UPDATE", "basis_stays", STANDS_ON)
    refuse_if("charge_item", "UPDATE", "rounding_stays", ROUNDED_BY)


def _tables() -> None:
    op.create_table(
        "reading_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_reading_sheet_done")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_reading_sheet_estate_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_reading_sheet_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_sheet")),
    )
    op.create_table(
        "meter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("multiplier", sa.Integer(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(unit_id IS NULL) = (place <> '')", name=op.f("ck_meter_place")),
        sa.CheckConstraint("digits BETWEEN 3 AND 8", name=op.f("ck_meter_digits")),
        sa.CheckConstraint("multiplier BETWEEN 1 AND 10000", name=op.f("ck_meter_multiplier")),
        sa.CheckConstraint("removed_on >= installed_on", name=op.f("ck_meter_removed")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_meter_building_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estate.id"], name=op.f("fk_meter_estate_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["meter.id"], name=op.f("fk_meter_replaces_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_meter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter")),
        sa.UniqueConstraint("estate_id", "kind", "number", name=op.f("uq_meter_estate_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_meter_replaces_id")),
    )
    op.create_index("ix_meter_building_id", "meter", ["building_id"], unique=False)
    op.create_index("ix_meter_unit_id", "meter", ["unit_id"], unique=False)
    op.create_table(
        "meter_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("rolled", sa.Boolean(), nullable=False),
        sa.Column("multiplier", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", crm.db.UtcDateTime(), nullable=False),
        sa.Column("confirmed_as", sa.String(length=40), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", crm.db.UtcDateTime(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_as IS NULL)",
            name=op.f("ck_meter_reading_confirmed"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_meter_reading_value")),
        sa.ForeignKeyConstraint(["corrects_id"], ["meter_reading.id"], name=op.f("fk_meter_reading_corrects_id")),
        sa.ForeignKeyConstraint(["meter_id"], ["meter.id"], name=op.f("fk_meter_reading_meter_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_meter_reading_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_reading")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_meter_reading_corrects_id")),
    )
    op.create_index("ix_meter_reading_meter_id", "meter_reading", ["meter_id", "read_on"], unique=False)
