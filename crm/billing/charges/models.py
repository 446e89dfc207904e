"""What is charged for and how dear it is. A price counts from a day on and says where it comes from."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.arithmetic import Rounding
from crm.db import Base, Moment, Versioned, append_only
from crm.money import Money, Price, Quantity
from crm.properties.models import Estate, Unit, UnitUse


class Basis(StrEnum):
    """What a price is multiplied by."""

    built_area = "built_area"
    inner_area = "inner_area"
    fixed = "fixed"
    number = "number"
    meter = "meter"
    shared = "shared"
    single = "single"  # entered one by one: no run makes them
    late_fee = "late_fee"


BASIS_TITLES = {
    Basis.built_area: _l("Built area"),
    Basis.inner_area: _l("Inner area"),
    Basis.fixed: _l("Fixed sum"),
    Basis.number: _l("By count"),
    Basis.meter: _l("Meter"),
    Basis.shared: _l("Shared cost"),
    Basis.single: _l("Single charge"),
    Basis.late_fee: _l("Late fee"),
}
BY_TARIFF = (Basis.built_area, Basis.inner_area, Basis.fixed, Basis.number, Basis.meter)
BY_RUN = (*BY_TARIFF, Basis.shared)
BY_DAY = (Basis.built_area, Basis.inner_area, Basis.fixed, Basis.number)


class Payer(StrEnum):
    owner = "owner"
    occupant = "occupant"  # the tenant while there is one, else the owner


PAYER_TITLES = {Payer.owner: _l("Owner"), Payer.occupant: _l("Whoever lives there")}


class MeterKind(StrEnum):
    water = "water"
    hot_water = "hot_water"
    electricity = "electricity"
    gas = "gas"
    heat = "heat"


METER_TITLES = {
    MeterKind.water: _l("Water"),
    MeterKind.hot_water: _l("Hot water"),
    MeterKind.electricity: _l("Electricity"),
    MeterKind.gas: _l("Gas"),
    MeterKind.heat: _l("Heat"),
}
METER_UNITS = {
    MeterKind.water: "m³",
    MeterKind.hot_water: "m³",
    MeterKind.electricity: "kWh",
    MeterKind.gas: "m³",
    MeterKind.heat: "kWh",
}


class SharedBy(StrEnum):
    built_area = "built_area"
    inner_area = "inner_area"
    unit = "unit"
    consumption = "consumption"


SHARED_TITLES = {
    SharedBy.built_area: _l("By built area"),
    SharedBy.inner_area: _l("By inner area"),
    SharedBy.unit: _l("By unit"),
    SharedBy.consumption: _l("By consumption"),
}
ROUNDING_TITLES = {
    Rounding.fen: _l("To the fen"),
    Rounding.jiao: _l("To the jiao"),
    Rounding.yuan: _l("To the yuan"),
}


class Terms(StrEnum):
    """What a tariff says of its units from its day on."""

    priced = "priced"
    free = "free"
    general = "general"  # of one unit: what holds for all others holds for it again


TERMS_TITLES = {
    Terms.priced: _l("At this price"),
    Terms.free: _l("Not charged"),
    Terms.general: _l("As all others"),
}


class LegalBasis(StrEnum):
    contract = "contract"
    price_filing = "price_filing"
    government_price = "government_price"
    owners_resolution = "owners_resolution"
    lease = "lease"
    imported = "import"


LEGAL_TITLES = {
    LegalBasis.contract: _l("Service contract"),
    LegalBasis.price_filing: _l("Price filing"),
    LegalBasis.government_price: _l("Government price"),
    LegalBasis.owners_resolution: _l("Owners' resolution"),
    LegalBasis.lease: _l("Lease"),
    LegalBasis.imported: _l("Taken over, to be confirmed"),
}


class ChargeItem(Versioned, Base):
    """收费项目. `basis` stays as it is once a bill stands on it; `due_day` is one of the month charged."""

    __tablename__ = "charge_item"
    __table_args__ = (
        UniqueConstraint("estate_id", "name"),
        CheckConstraint("due_day BETWEEN 1 AND 28", name="due_day"),
        CheckConstraint(
            "(meter_kind IS NOT NULL) = (basis = 'meter' OR coalesce(shared_by, '') = 'consumption')", name="meter"
        ),
        CheckConstraint("(basis = 'shared') = (shared_by IS NOT NULL)", name="shared"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    name: Mapped[str]
    basis: Mapped[Basis]
    payer: Mapped[Payer] = mapped_column(default=Payer.owner)
    rounding: Mapped[Rounding] = mapped_column(default=Rounding.fen)
    meter_kind: Mapped[MeterKind | None]
    shared_by: Mapped[SharedBy | None]
    due_day: Mapped[int] = mapped_column(default=28)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")

    @property
    def unit_word(self) -> str:
        """What its quantity counts: m², kWh; nothing for a fixed sum, nor for a share by unit."""
        if self.meter_kind:
            return METER_UNITS[self.meter_kind]
        return "㎡" if (self.shared_by or self.basis) in ("built_area", "inner_area") else ""


class Tariff(Base):
    """收费标准 from `since` on, for one unit, for the units of one use, or for all of the estate.

    What is said of one unit goes before what is said of its use, that before what is said of all. Of two that begin on
    one day the later entered counts: that is how one is put right. `price` is yuan of one of the quantity and a whole
    month; `quantity` replaces the unit's own, such as an area agreed in a contract, or says how many.
    """

    __tablename__ = "tariff"
    __table_args__ = (
        CheckConstraint("unit_id IS NULL OR use IS NULL", name="scope"),
        CheckConstraint("(terms = 'priced') = (price IS NOT NULL)", name="priced"),
        CheckConstraint("terms <> 'general' OR unit_id IS NOT NULL", name="general"),
        CheckConstraint("price BETWEEN 0 AND 100000000000", name="price"),  # 100,000 yuan in millionths
        CheckConstraint("quantity BETWEEN 0 AND 100000000", name="quantity"),  # 100,000 in thousandths
        Index("ix_tariff_item_id_since", "item_id", "since"),
        Index("ix_tariff_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("charge_item.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    use: Mapped[UnitUse | None]
    since: Mapped[date]
    terms: Mapped[Terms] = mapped_column(default=Terms.priced)
    price: Mapped[Price | None]
    quantity: Mapped[Quantity | None]
    legal_basis: Mapped[LegalBasis]
    reference: Mapped[str] = mapped_column(default="")  # number of the contract or the filing
    note: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    item: Mapped[ChargeItem] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


append_only(Tariff)


class SharedCost(Base):
    """公摊费用: what a month cost, to be split among the units of a building or of the estate.

    Of two for one month and place the later entered counts, until the month is published.
    """

    __tablename__ = "shared_cost"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        Index("ix_shared_cost_item_id_period", "item_id", "period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("charge_item.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    period: Mapped[date]  # the month's first day
    total: Mapped[Money]
    document: Mapped[str] = mapped_column(default="")  # the supplier's invoice
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]


append_only(SharedCost)
