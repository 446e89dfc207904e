"""What a letter says, frozen as plain data when it is made.

In Chinese, whoever makes it: it is the company's word to the customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.audit.log import plain
from crm.billing.arrears.dunning.models import DunningStep, StepKind
from crm.billing.arrears.dunning.wording import Wording, filled, to_begin_with
from crm.billing.arrears.letters.figures import HOW_TO_PAY, LAW_FIRM
from crm.billing.arrears.letters.preview import Candidate, accounts
from crm.billing.arrears.reviews.models import Review
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import disputed_on
from crm.dates import in_words
from crm.db import session
from crm.money import in_capitals
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, file_code

NOUGHT = Decimal(0)
NO_PHONE = "请到客户服务中心"
File = aliased(Customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes: what is the same on every letter of a run. `steps` by id, `firsts` those with no letter before."""

    estate: Estate
    day: date
    steps: Mapping[int, DunningStep]
    firsts: frozenset[int]
    how_to_pay: str
    law_firm: str

    @property
    def company(self) -> str:
        return self.estate.company or self.estate.name

    def wording(self, step: DunningStep) -> Wording:
        usual = to_begin_with(step.kind, again=step.id not in self.firsts)
        return Wording(step.subject or usual.subject, step.body or usual.body)

    def name_on(self, step: DunningStep) -> str:
        return self.law_firm if step.kind is StepKind.lawyers_letter else self.company


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is overdue of an account and not disputed, the oldest first; of `disputed` only how many there are."""

    bills: Sequence[Any]
    disputed: int

    @property
    def total(self) -> Decimal:
        return sum((bill.open for bill in self.bills), NOUGHT)


def sender(estate: Estate, day: date) -> Sender:
    found = select(DunningStep).where(DunningStep.estate_id == estate.id).order_by(DunningStep.position)
    steps = session().scalars(found).all()
    letters = [step for step in steps if step.kind is StepKind.letter and step.active]
    return Sender(
        estate=estate,
        day=day,
        steps={step.id: step for step in steps},
        firsts=frozenset(step.id for step in letters[:1]),
        how_to_pay=HOW_TO_PAY.on(day),
        law_firm=LAW_FIRM.on(day),
    )


def due_of(review: Review, day: date) -> dict[int, Due]:
    """Of every account a letter was decided for, by the file that stands for it."""
    bills: dict[int, list[Any]] = {}
    disputed: dict[int, int] = {}
    for row in session().execute(_overdue(review, day)):
        if row.disputed:
            disputed[row.customer_id] = disputed.get(row.customer_id, 0) + 1
        else:
            bills.setdefault(row.customer_id, []).append(row)
    return {key: Due(bills=found, disputed=disputed.get(key, 0)) for key, found in bills.items()}


def _overdue(review: Review, day: date) -> Select[*tuple[Any, ...]]:
    wanted = select(accounts(review).subquery().c.customer_id)
    return (
        select(
            File.kept_id.label("customer_id"),
            Bill.id,
            ChargeItem.name.label("item"),
            Unit.label.label("unit"),
            Bill.period,
            Bill.begins,
            Bill.ends,
            Bill.due_on,
            Bill.open,
            disputed_on(day).label("disputed"),
        )
        .join(File, File.id == Bill.customer_id)
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(Bill.estate_id == review.estate_id, Bill.open > NOUGHT, Bill.due_on < day, File.kept_id.in_(wanted))
        .order_by(Bill.due_on, Bill.begins, Bill.id)
    )


def frozen(number: str, candidate: Candidate, due: Due, by: Sender) -> dict[str, Any]:
    step = by.steps[candidate.step_id]
    units = "、".join(dict.fromkeys(bill.unit for bill in due.bills if bill.unit)) or candidate.unit
    facts = {
        "number": number,
        "kind": step.kind,
        "step": step.name,
        "day": by.day,
        "day_in_words": in_words(by.day),
        "pay_until": by.day + timedelta(days=step.pay_within),
        "customer": candidate.name,
        "customer_code": file_code(candidate.customer_id),
        "units": units,
        "address": " ".join(filter(None, (by.estate.address, by.estate.name, units))),
        "estate": by.estate.name,
        "company": by.company,
        "sender": by.name_on(step),
        "phone": by.estate.phone,
        "amount": due.total,
        "capitals": in_capitals(due.total),
        "disputed": due.disputed,
        "how_to_pay": by.how_to_pay,
        "lines": [_line(bill, by.day) for bill in due.bills],
    }
    words, values = by.wording(step), _values(facts, due, by)
    whole = {**facts, "subject": filled(words.subject, values), "body": filled(words.body, values)}
    kept: dict[str, Any] = plain(whole)
    return kept


def _line(bill: Any, day: date) -> dict[str, Any]:
    return {
        "item": bill.item,
        "unit": bill.unit or "",
        "period": bill.period.strftime("%Y-%m"),
        "begins": bill.begins,
        "last": bill.ends - timedelta(days=1),
        "due_on": bill.due_on,
        "days": (day - bill.due_on).days,
        "amount": bill.open,
    }


def _values(facts: Mapping[str, Any], due: Due, by: Sender) -> dict[str, str]:
    oldest = due.bills[0]
    return {
        "name": facts["customer"],
        "units": facts["units"],
        "amount": f"{due.total:,.2f}",
        "amount_in_capitals": facts["capitals"],
        "bills": str(len(due.bills)),
        "oldest_month": f"{oldest.period.year}年{oldest.period.month}月",
        "days": str((by.day - oldest.due_on).days),
        "pay_until": in_words(facts["pay_until"]),
        "day": in_words(by.day),
        "number": facts["number"],
        "company": by.company,
        "estate": by.estate.name,
        "address": by.estate.address,
        "phone": by.estate.phone or NO_PHONE,
    }
