"""The tree of what can be broken. A problem says which trade mends it, how urgent it is, and whose warranty it is."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base
from crm.policy.dictionaries import Dictionary
from crm.trees.models import TreeRow

TRADES = Dictionary(
    key="repairs.trade",
    title=_l("Trades of repair workers"),
    defaults={
        "plumbing": _l("Plumbing"),
        "electrical": _l("Electrical"),
        "building": _l("Masonry and waterproofing"),
        "joinery": _l("Doors, windows and locks"),
        "hvac": _l("Heating and air conditioning"),
        "weak_current": _l("Intercom, access and network"),
        "lift": _l("Lifts"),
        "general": _l("General"),
    },
)


class Place(StrEnum):
    home = "home"
    public = "public"
    equipment = "equipment"


PLACE_TITLES = {
    Place.home: _l("Inside the unit"),
    Place.public: _l("Public area"),
    Place.equipment: _l("Equipment"),
}


class Priority(StrEnum):
    """From the most urgent on."""

    emergency = "emergency"
    urgent = "urgent"
    normal = "normal"


PRIORITY_TITLES = {
    Priority.emergency: _l("Emergency"),
    Priority.urgent: _l("Urgent"),
    Priority.normal: _l("Ordinary"),
}


class WarrantyPart(StrEnum):
    """What the builder answers for, and how long: 建设工程质量管理条例 art. 40."""

    structure = "structure"
    waterproofing = "waterproofing"
    heating = "heating"
    pipes = "pipes"
    fittings = "fittings"


WARRANTY_TITLES = {
    WarrantyPart.structure: _l("Foundation and structure"),
    WarrantyPart.waterproofing: _l("Waterproofing of roof, bathroom and outer wall"),
    WarrantyPart.heating: _l("Heating and cooling"),
    WarrantyPart.pipes: _l("Pipes, wiring and equipment"),
    WarrantyPart.fittings: _l("Finishing"),
}
LIVE, LIVE_TOP = text("active"), text("active AND parent_id IS NULL")


class RepairCategory(TreeRow, Base):
    """With no parent a category of a place; below it its problems. A retired one stays on the orders that have it."""

    __tablename__ = "repair_category"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR trade <> ''", name="trade"),
        Index("uq_repair_category_top", "place", "name", unique=True, sqlite_where=LIVE_TOP, postgresql_where=LIVE_TOP),
        Index("uq_repair_category_name", "parent_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    place: Mapped[Place]
    trade: Mapped[str] = mapped_column(default="")  # of TRADES
    priority: Mapped[Priority] = mapped_column(default=Priority.normal)
    warranty: Mapped[WarrantyPart | None]
