"""A bill line: some days of one charge of one unit, owed by one customer, with its own arithmetic."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.charges.models import ChargeItem, SharedCost, Tariff
from crm.db import Base, Moment, append_only
from crm.money import Money, Price, Quantity
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer


class BillState(StrEnum):
    """Derived from what is open and from how the rest was settled, never stored."""

    issued = "issued"
    part_paid = "part_paid"
    paid = "paid"
    void = "void"
    written_off = "written_off"


BILL_TITLES = {
    BillState.issued: _l("Unpaid"),
    BillState.part_paid: _l("Part paid"),
    BillState.paid: _l("Settled"),
    BillState.void: _l("Void"),
    BillState.written_off: _l("Written off"),
}


class BillSource(StrEnum):
    run = "run"
    single = "single"
    transfer = "transfer"
    late_fee = "late_fee"
    imported = "import"


SOURCE_TITLES = {
    BillSource.run: _l("Billing run"),
    BillSource.single: _l("Single charge"),
    BillSource.transfer: _l("Split at a transfer"),
    BillSource.late_fee: _l("Late fee"),
    BillSource.imported: _l("Taken over"),
}
OPEN = text("open > 0")
REPLACES, LATE = text("replaces_id IS NOT NULL"), text("late_for_id IS NOT NULL")
MAY_SPAN = text("source IN ('import', 'transfer')")  # of more than a month: no run makes such bills
CHARGED_ONCE = text("NOT voided AND unit_id IS NOT NULL AND source NOT IN ('single', 'late_fee')")


class Bill(Base):
    """账单 of [begins, ends) within the month `period`; `month` is the one in whose books it stands. One that was taken
    over may go on beyond the month in which it begins.

    Its arithmetic: quantity × price × days ÷ days_of, rounded by the item's rule; of a shared cost quantity ÷ whole of
    its total; of a meter the reading that closes it. `open` is what is not settled yet. Only one that is not void may
    charge a unit's item from the same day.
    """

    __tablename__ = "bill"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("open BETWEEN 0 AND amount", name="open"),
        CheckConstraint("begins < ends", name="days"),
        Index(
            "uq_bill_charged_once",
            "item_id",
            "unit_id",
            "begins",
            "meter",
            unique=True,
            sqlite_where=CHARGED_ONCE,
            postgresql_where=CHARGED_ONCE,
        ),
        Index("ix_bill_customer_id", "customer_id", "due_on"),
        Index("ix_bill_unit_id", "unit_id", "period"),
        Index("ix_bill_estate_id_period", "estate_id", "period"),
        Index("ix_bill_open", "estate_id", "customer_id", "due_on", "open", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_bill_run_id", "run_id"),
        # Only the few that have one: see the index of merged customers.
        Index("ix_bill_replaces_id", "replaces_id", sqlite_where=REPLACES, postgresql_where=REPLACES),
        Index("ix_bill_may_span", "item_id", "unit_id", "ends", sqlite_where=MAY_SPAN, postgresql_where=MAY_SPAN),
        Index("ix_bill_late_for_id", "late_for_id", sqlite_where=LATE, postgresql_where=LATE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("charge_item.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("billing_run.id"))
    source: Mapped[BillSource]
    period: Mapped[date]
    begins: Mapped[date]
    ends: Mapped[date]
    due_on: Mapped[date]
    month: Mapped[date]
    amount: Mapped[Money]
    open: Mapped[Money]
    voided: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[Quantity | None]
    price: Mapped[Price | None]
    days: Mapped[int | None]
    days_of: Mapped[int | None]
    tariff_id: Mapped[int | None] = mapped_column(ForeignKey("tariff.id"))
    shared_cost_id: Mapped[int | None] = mapped_column(ForeignKey("shared_cost.id"))
    whole: Mapped[Quantity | None]  # what the weights of a shared cost add up to
    meter: Mapped[int] = mapped_column(default=0)  # of several in a unit; 0: none
    reading_id: Mapped[int | None]  # the reading that closes it, see crm.billing.meters
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    late_for_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    note: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    issued_at: Mapped[Moment]

    estate: Mapped[Estate] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    item: Mapped[ChargeItem] = relationship(lazy="raise")
    tariff: Mapped[Tariff | None] = relationship(lazy="raise")
    shared_cost: Mapped[SharedCost | None] = relationship(lazy="raise")

    @property
    def settled(self) -> Decimal:
        return self.amount - self.open


append_only(Bill, but={"open", "voided"})
