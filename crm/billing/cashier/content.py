"""What a receipt says, frozen as plain data when it is issued; and its lines put together for the small paper.

In Chinese, whoever issues it: it is the company's word to the customer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale

from crm.audit.log import plain
from crm.billing.arithmetic import next_month
from crm.billing.ledger.explaining import explain
from crm.billing.ledger.models import Allocation
from crm.money import in_capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whose account it is, and who issues the receipt."""

    customer: str
    code: str
    units: str
    estate: str
    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`facts` are what this kind of receipt says beside the lines: plain values, all of them printed somewhere."""

    amount: Decimal
    facts: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] = ()


def frozen(number: str, party: Party, stated: Statement) -> dict[str, Any]:
    kept: dict[str, Any] = plain(
        {
            "number": number,
            "customer": party.customer,
            "customer_code": party.code,
            "units": party.units,
            "estate": party.estate,
            "company": party.company,
            "amount": stated.amount,
            "capitals": in_capitals(stated.amount),
            **stated.facts,
            "lines": list(stated.lines),
        }
    )
    return kept


def settled_lines(allocations: Sequence[Allocation]) -> list[dict[str, Any]]:
    """One for each bill the payment settles; bills with item, unit, tariff and shared cost loaded."""
    with force_locale("zh_CN"):
        return [_line(each) for each in allocations]


def _line(allocation: Allocation) -> dict[str, Any]:
    bill = allocation.bill
    told = explain(bill)
    return {
        "item": bill.item.name,
        "unit": bill.unit.label if bill.unit else "",
        "period": bill.period,
        "begins": bill.begins,
        "ends": bill.ends,
        "due_on": bill.due_on,
        "of": bill.amount,
        "amount": allocation.amount,
        "left": bill.open,
        "arithmetic": told.arithmetic,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Lines of one item and unit in months that follow one another; `first` and `last` as 2026-01."""

    item: str
    unit: str
    first: str
    last: str
    count: int
    amount: Decimal
    is_part: bool  # something of the last one is still open


def together(lines: Sequence[Mapping[str, Any]]) -> list[Months]:
    """What a receipt says in few lines; the sums are the same."""
    ordered = sorted(lines, key=lambda line: (line["item"], line["unit"], line["period"]))
    return [_months(run) for run in _runs(ordered)]


def _runs(lines: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    run: list[Mapping[str, Any]] = []
    for line in lines:
        if run and not _goes_on(run[-1], line):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _goes_on(before: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    same = (before["item"], before["unit"]) == (line["item"], line["unit"])
    earlier, later = (date.fromisoformat(each["period"]) for each in (before, line))
    return same and later in (earlier, next_month(earlier)) and not Decimal(before["left"])


def _months(run: Sequence[Mapping[str, Any]]) -> Months:
    return Months(
        item=run[0]["item"],
        unit=run[0]["unit"],
        first=run[0]["period"][:7],
        last=run[-1]["period"][:7],
        count=len({line["period"] for line in run}),
        amount=sum((Decimal(line["amount"]) for line in run), Decimal(0)),
        is_part=bool(Decimal(run[-1]["left"])),
    )
