"""How many bills over which sum; and what the company decides about publishing and collecting them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.errors import DomainError
from crm.policy.figures import Figure

HOW_TO_PAY = Figure(
    key="billing.how_to_pay",
    title=_l("How to pay, on the bill notice"),
    default="请持本通知单到客户服务中心缴纳（现金、刷卡、微信、支付宝均可），或转账至本公司账户并注明房号。",
    source=_l("Stands at the foot of every bill notice; the company puts its own account here."),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Bills and their sum in yuan."""

    bills: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.bills + other.bills, self.total + other.total)

    def __sub__(self, other: Counted) -> Counted:
        return Counted(self.bills - other.bills, self.total - other.total)

    def __str__(self) -> str:
        return _("%(bills)s bills over %(total)s yuan", bills=f"{self.bills:,}", total=f"{self.total:,.2f}")


class FiguresChanged(DomainError):
    """What would be published is not what was shown."""

    def __init__(self, item: str, expected: Counted, found: Counted) -> None:
        told = _(
            "%(item)s has changed since you looked: it was %(before)s, now it is %(now)s. Nothing was published.",
            item=item,
            before=str(expected),
            now=str(found),
        )
        super().__init__(told)
