"""Money received, and which of it settles which bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.billing.ledger.models.bill import Bill
from crm.db import Base, Moment, append_only
from crm.money import Money
from crm.properties.models import Estate
from crm.tenants.models import Customer


class Method(StrEnum):
    """How money came or went; all are recorded here, none is moved by this product."""

    cash = "cash"
    transfer = "transfer"
    wechat = "wechat"
    alipay = "alipay"
    pos = "pos"
    bank_collection = "bank_collection"
    deposit = "deposit"
    imported = "import"


METHOD_TITLES = {
    Method.cash: _l("Cash"),
    Method.transfer: _l("Bank transfer"),
    Method.wechat: _l("WeChat"),
    Method.alipay: _l("Alipay"),
    Method.pos: _l("Card"),
    Method.bank_collection: _l("Bank collection"),
    Method.deposit: _l("From a deposit"),
    Method.imported: _l("Taken over"),
}
AT_THE_COUNTER = (Method.cash, Method.transfer, Method.wechat, Method.alipay, Method.pos)


class Rule(StrEnum):
    """By which rule a payment was allocated; it stands on the receipt."""

    oldest = "oldest"
    chosen = "chosen"
    credit = "credit"


RULE_TITLES = {
    Rule.oldest: _l("The oldest due first, disputed lines left out"),
    Rule.chosen: _l("To the lines the payer chose, the oldest due first"),
    Rule.credit: _l("From credit, the oldest due first"),
}
UNALLOCATED = text("open > 0")
CLOSED, UNCLOSED = text("day_close_id IS NOT NULL"), text("day_close_id IS NULL")


class Payment(Base):
    """收款. `open` is what no bill has taken yet: the payer's credit. `key` comes with the form and holds off a second
    one from a double click."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("open BETWEEN 0 AND amount", name="open"),
        Index("ix_payment_customer_id", "customer_id"),
        Index("ix_payment_estate_id_paid_on", "estate_id", "paid_on"),
        Index(
            "ix_payment_open",
            "estate_id",
            "customer_id",
            "open",
            sqlite_where=UNALLOCATED,
            postgresql_where=UNALLOCATED,
        ),
        Index("ix_payment_day_close_id", "day_close_id", sqlite_where=CLOSED, postgresql_where=CLOSED),
        Index(
            "ix_payment_unclosed",
            "received_by_id",
            "estate_id",
            "method",
            sqlite_where=UNCLOSED,
            postgresql_where=UNCLOSED,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    amount: Mapped[Money]
    open: Mapped[Money]
    method: Mapped[Method]
    paid_on: Mapped[date]
    month: Mapped[date]
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(default="")  # 流水号, cheque, terminal slip
    payer: Mapped[str] = mapped_column(default="")  # who paid, where it is not the customer
    note: Mapped[str] = mapped_column(default="")
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    received_by: Mapped[str]
    received_at: Mapped[Moment]
    day_close_id: Mapped[int | None] = mapped_column(ForeignKey("day_close.id"))

    estate: Mapped[Estate] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")


append_only(Payment, but={"open", "day_close_id"})


class Allocation(Base):
    """So much of a payment settles so much of a bill; taken back by a row of the opposite sign, once."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)", name="sign"
        ),
        Index("ix_allocation_bill_id", "bill_id"),
        Index("ix_allocation_payment_id", "payment_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount: Mapped[Money]
    rule: Mapped[Rule]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"), unique=True)
    allocated_on: Mapped[date]
    month: Mapped[date]
    allocated_by: Mapped[str]
    allocated_at: Mapped[Moment]

    bill: Mapped[Bill] = relationship(lazy="raise")
    payment: Mapped[Payment] = relationship(lazy="raise")

    @property
    def back(self) -> Decimal:
        return -self.amount


append_only(Allocation)
