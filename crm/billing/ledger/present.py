"""The account on pages of other packages: figures and a section of the customer's page, a line of the caller card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.ledger.account import Line, lines
from crm.billing.ledger.queries import Balance, balance_of, open_bills, owed_for_unit
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.money import Figure, Part
from crm.web.templating import money

SHOWN = 12  # open lines; the account has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The oldest of what is open."""

    customer_id: int
    balance: Balance
    lines: Sequence[Line]
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What whoever answers the telephone sees at a glance; `month` of the oldest due day."""

    owed: Decimal
    credit: Decimal
    month: str
    overdue: bool


def owed_by_customer(customer_id: int) -> Owed:
    balance, day = balance_of(customer_id, business_day()), business_day()
    return Owed(
        owed=balance.owed,
        credit=balance.credit,
        month=_month(balance.oldest_due),
        overdue=balance.oldest_due is not None and balance.oldest_due < day,
    )


def owed_of_unit(unit_id: int) -> Owed:
    """Whoever owes it; credit belongs to customers, not to units."""
    owed, oldest = owed_for_unit(unit_id)
    return Owed(
        owed=owed,
        credit=Decimal(0),
        month=_month(oldest),
        overdue=oldest is not None and oldest < business_day(),
    )


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


def _figures(customer: Customer) -> Sequence[Figure]:
    stand = owed_by_customer(customer.id)
    note = _("oldest due in %(month)s", month=stand.month) if stand.month else _("nothing is open")
    tone = "red" if stand.overdue else ""
    address = url_for("billing.account", customer_id=customer.id)
    return [
        Figure(title=_("Owes (yuan)"), value=money(stand.owed), note=note, tone=tone, address=address),
        Figure(title=_("In credit (yuan)"), value=money(stand.credit), tone="green" if stand.credit else ""),
    ]


def _section(customer: Customer) -> Section:
    day = business_day()
    oldest = lines(open_bills(customer.id).limit(SHOWN))
    return Section(customer_id=customer.id, balance=balance_of(customer.id, day), lines=oldest, day=day)


ACCOUNT = Part(permission=Permission.billing_read, figures=_figures, section=_section, template="billing/_section.html")
