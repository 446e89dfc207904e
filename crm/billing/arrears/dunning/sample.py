"""A letter with sample values, to look at while its words are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm.billing.arrears.dunning.rules import Rule
from crm.billing.arrears.dunning.wording import fault_of, filled
from crm.money import in_capitals
from crm.properties.models import Estate
from crm.web.templating import money

OWED, BILLS = Decimal("1312.40"), 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    subject: str
    body: str


def sample(rule: Rule, estate: Estate, day: date) -> Sample | None:
    """None where nothing is written, or where the words are not fit for a letter."""
    if not rule.written or fault_of(rule.subject) or fault_of(rule.body):
        return None
    oldest = day - timedelta(days=rule.days)
    values = {
        "name": "欧阳娜娜",
        "units": "3-1-502",
        "amount": money(OWED),
        "amount_in_capitals": in_capitals(OWED),
        "bills": str(BILLS),
        "oldest_month": f"{oldest:%Y-%m}",
        "days": str(rule.days),
        "pay_until": (day + timedelta(days=rule.pay_within)).isoformat(),
        "day": day.isoformat(),
        "number": f"CJ-{day.year}-000001",
        "company": estate.company,
        "estate": estate.name,
        "address": estate.address,
        "phone": estate.phone,
    }
    return Sample(subject=filled(rule.subject, values), body=filled(rule.body, values))
