"""The page as rows: sums by age, lines, what was done and what is due next. Sums are yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm.billing.ages import AGE_TITLES, OVERDUE, Age, age_on
from crm.billing.arrears.account import queries
from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.contacts.figures import AFTER, EVERY
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DunningExclusion
from crm.billing.arrears.dunning.queries import exclusion_of
from crm.billing.arrears.limitation.figures import FIRST_ALARM
from crm.billing.arrears.promises.models import InstalmentPlan
from crm.billing.arrears.promises.queries import figures_of, standing_of
from crm.billing.deposits.card import held_deposits
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.grounds import Ground, ground_of
from crm.billing.ledger.models import Bill, Dispute
from crm.billing.ledger.queries import NOUGHT, Standing, balance_of, standings
from crm.tenants.ours import Thing, things_of

WIDTH = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """So much of one age; `x` and `width` in hundredths of the bar."""

    age: Age
    title: str
    amount: Decimal
    x: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLine:
    """`days` overdue; `dispute` is one that nobody ended, `ground` what it waits for."""

    bill: Bill
    days: int
    dispute: Dispute | None
    disputed: bool
    ground: Ground | None

    @property
    def stretch(self) -> str:
        """The days charged, in words."""
        return days_in_words(self.bill.begins, self.bill.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Of a customer's whole file on `day`: `not_due` is open and in time, `disputed` is part of `overdue`."""

    day: date
    lines: Sequence[OwedLine]
    credit: Decimal
    deposits: Decimal

    def _sum(self, lines: Sequence[OwedLine]) -> Decimal:
        return sum((each.bill.open for each in lines), NOUGHT)

    @property
    def late(self) -> Sequence[OwedLine]:
        return [each for each in self.lines if each.days > 0]

    @property
    def parked(self) -> Sequence[OwedLine]:
        return [each for each in self.lines if each.disputed]

    @property
    def free(self) -> Sequence[OwedLine]:
        return [each for each in self.lines if not each.disputed]

    @property
    def overdue(self) -> Decimal:
        return self._sum(self.late)

    @property
    def disputed(self) -> Decimal:
        return self._sum([each for each in self.parked if each.days > 0])

    @property
    def collectable(self) -> Decimal:
        return self.overdue - self.disputed

    @property
    def not_due(self) -> Decimal:
        return self._sum([each for each in self.lines if each.days <= 0])

    @property
    def oldest(self) -> date | None:
        """Due day of the oldest line that is overdue and not disputed."""
        return min((each.bill.due_on for each in self.late if not each.disputed), default=None)

    @property
    def bands(self) -> Sequence[Band]:
        """The oldest first; ages of which nothing is owed are left out."""
        found, x = [], NOUGHT
        for age in OVERDUE:
            amount = self._sum([each for each in self.late if age_on(self.day, each.bill.due_on) is age])
            if amount:
                width = (amount * WIDTH / self.overdue).quantize(Decimal("0.01"))
                found.append(Band(age=age, title=str(AGE_TITLES[age]), amount=amount, x=x, width=width))
                x += width
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """`due_on`: when the customer is to be contacted next; None while nothing collectable is overdue."""

    rows: Sequence[Any]
    last_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    plan: InstalmentPlan
    standing: Any
    instalments: Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Until when the first line can be claimed in court; `tone` of a figure: run out, running out soon, or neither."""

    on: date
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    ours: Sequence[Thing]
    owed: Owed
    limit: Limit | None
    talks: Talks
    promises: Sequence[Any]
    plan: Plan | None
    letters: Sequence[tuple[Demand, DemandDelivery | None]]
    exclusion: DunningExclusion | None
    case: LegalCase | None


def account_of(customer_id: int, day: date) -> Account:
    """In as many queries for much as for little."""
    owed = owed_by(customer_id, day)
    letters = queries.demands_of(customer_id)
    ways = queries.deliveries_of([letter.id for letter in letters])
    return Account(
        ours=things_of([customer_id]),
        owed=owed,
        limit=_limit(customer_id, day),
        talks=_talks(customer_id, owed),
        promises=queries.promises_of(customer_id, day),
        plan=_plan(customer_id, day),
        letters=[(letter, ways.get(letter.id)) for letter in letters],
        exclusion=exclusion_of(customer_id, day),
        case=queries.case_of(customer_id),
    )


def owed_by(customer_id: int, day: date) -> Owed:
    bills = queries.open_bills_of(customer_id)
    known = standings(bills)
    return Owed(
        day=day,
        lines=[_line(bill, known[bill.id], day) for bill in bills],
        credit=balance_of(customer_id, day).credit,
        deposits=held_deposits(customer_id, day).total,
    )


def _line(bill: Bill, standing: Standing, day: date) -> OwedLine:
    parked = standing.disputed_on(day)
    return OwedLine(
        bill=bill,
        days=(day - bill.due_on).days,
        dispute=standing.dispute,
        disputed=parked,
        ground=ground_of(standing.dispute) if parked and standing.dispute else None,
    )


def _limit(customer_id: int, day: date) -> Limit | None:
    on = queries.first_expiry(customer_id, day)
    if on is None:
        return None
    soon = day + timedelta(days=FIRST_ALARM.on(day))
    return Limit(on=on, tone="red" if on < day else "orange" if on <= soon else "")


def _talks(customer_id: int, owed: Owed) -> Talks:
    last_on = queries.last_talk(customer_id)
    due_on = None
    if owed.oldest:
        due_on = owed.oldest + timedelta(days=AFTER.on(owed.day))
        due_on = max(due_on, last_on + timedelta(days=EVERY.on(owed.day))) if last_on else due_on
    return Talks(rows=queries.contacts_of(customer_id), last_on=last_on, due_on=due_on)


def _plan(customer_id: int, day: date) -> Plan | None:
    plan = queries.plan_of(customer_id)
    if plan is None:
        return None
    return Plan(plan=plan, standing=standing_of(plan.id, day), instalments=figures_of(plan.id))
