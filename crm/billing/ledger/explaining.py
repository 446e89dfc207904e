"""为什么是这个数: a bill's arithmetic and legal basis in words, the same on screen and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.arithmetic import Days, cost, month_of
from crm.billing.charges.models import LEGAL_TITLES, ROUNDING_TITLES, Basis, Tariff
from crm.billing.ledger.models import SOURCE_TITLES, Bill, BillSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`arithmetic` ends in the bill's amount; `basis` allows the price; `days` is set for part of a month."""

    arithmetic: str
    basis: str
    days: str
    rounding: str


def explain(bill: Bill) -> Explanation:
    """`bill` with item, tariff and shared cost loaded."""
    return Explanation(
        arithmetic=_arithmetic(bill),
        basis=legal_basis(bill.tariff) if bill.tariff else _document(bill),
        days=days_in_words(bill.begins, bill.ends) if _names_days(bill) else "",
        rounding=str(ROUNDING_TITLES[bill.item.rounding]),
    )


def _names_days(bill: Bill) -> bool:
    return bill.days != bill.days_of or bill.reading_id is not None or bill.source is BillSource.imported


def plain(figure: Decimal) -> str:
    """Without the noughts at its end."""
    return f"{figure:,f}".rstrip("0").rstrip(".") if "." in f"{figure:f}" else f"{figure:,f}"


def _arithmetic(bill: Bill) -> str:
    amount = f"{bill.amount:,.2f}"
    if bill.source is BillSource.transfer:
        return _("%(note)s %(amount)s yuan are left for these days.", note=bill.note, amount=amount)
    if bill.source is BillSource.late_fee and bill.quantity is not None and bill.price is not None:
        return _late_fee(bill.quantity, bill.price, amount)
    if bill.source is BillSource.imported:
        return _("%(amount)s yuan, as the workbook that was taken over says", amount=amount)
    if bill.shared_cost is not None and bill.quantity is not None and bill.whole is not None:
        return _share(bill, bill.shared_cost.total, plain(bill.quantity), plain(bill.whole))
    if bill.price is None or bill.quantity is None:
        return bill.note or str(SOURCE_TITLES[bill.source])
    return _product(bill, bill.quantity, bill.price, amount)


def _late_fee(yuan_days: Decimal, rate: Decimal, amount: str) -> str:
    """What it came to in all since the bill was due, and what of that is charged now."""
    return _(
        "%(base)s yuan × days × %(rate)s%% a day = %(whole)s yuan in all, of which now: %(amount)s yuan",
        base=plain(yuan_days),
        rate=plain(rate * 100),
        whole=f"{cost(yuan_days, rate):,.2f}",
        amount=amount,
    )


def _share(bill: Bill, total: Decimal, quantity: str, whole: str) -> str:
    part, word = _part_of_month(bill), bill.item.unit_word
    quantity, whole = f"{quantity} {word}".strip(), f"{whole} {word}".strip()
    return _(
        "%(total)s yuan × %(quantity)s ÷ %(whole)s = %(amount)s yuan",
        total=f"{total:,.2f}",
        quantity=f"{quantity} × {part}" if part else quantity,
        whole=whole,
        amount=f"{bill.amount:,.2f}",
    )


def _part_of_month(bill: Bill) -> str:
    if bill.days is None or bill.days == bill.days_of:
        return ""
    return _("%(days)s/%(of)s days", days=bill.days, of=bill.days_of)


def _product(bill: Bill, quantity: Decimal, price: Decimal, amount: str) -> str:
    factors = []
    if bill.item.basis is not Basis.fixed or quantity != 1:
        factors.append(f"{plain(quantity)} {bill.item.unit_word}".strip())
    factors.append(_("%(price)s yuan", price=plain(price)))
    if part := _part_of_month(bill):
        factors.append(part)
    told = _("%(factors)s = %(amount)s yuan", factors=" × ".join(factors), amount=amount)
    return f"{bill.note} = {factors[0]}; {told}" if bill.reading_id else told


def days_in_words(begins: date, ends: date) -> str:
    """2026-11 for a whole month, else the first and the last day."""
    if Days(begins, ends) == month_of(begins):
        return f"{begins:%Y-%m}"
    return f"{begins.isoformat()} – {Days(begins, ends).last.isoformat()}"


def legal_basis(tariff: Tariff) -> str:
    told = f"{LEGAL_TITLES[tariff.legal_basis]} {tariff.reference}".strip()
    return _("%(basis)s, in force from %(day)s", basis=told, day=tariff.since.isoformat())


def _document(bill: Bill) -> str:
    return bill.shared_cost.document if bill.shared_cost is not None else bill.note
