"""A month of an estate, item by item, beside the month before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crm.billing.arithmetic import next_month
from crm.billing.charges.models import ChargeItem
from crm.billing.runs import preview, queries, service
from crm.billing.runs.figures import Counted
from crm.billing.runs.models import BillingRun, RunState
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import EXPECTED

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """`counted`: what is published, else what would be. `to_mend`: units left out that should not be."""

    item: ChargeItem
    run: BillingRun | None
    counted: Counted
    before: Counted
    hindrance: str
    to_mend: int = 0
    unpaid_days: int = 0

    @property
    def published(self) -> bool:
        return self.run is not None and self.run.state is RunState.published

    @property
    def can_be_published(self) -> bool:
        return not self.published and not self.hindrance and self.counted.bills > 0

    @property
    def difference(self) -> Decimal:
        return self.counted.total - self.before.total

    @property
    def per_cent(self) -> Decimal | None:
        return per_cent(self.difference, self.before.total)


def per_cent(difference: Decimal, of: Decimal) -> Decimal | None:
    """To a tenth, half up; none where there was nothing before."""
    return (difference * 100 / of).quantize(TENTH, ROUND_HALF_UP) if of else None


def summed(rows: Iterable[Counted]) -> Counted:
    return sum(rows, Counted())


def month_rows(items: Sequence[ChargeItem], estate_id: int, period: date, today: date) -> list[MonthRow]:
    runs = {run.item_id: run for run in preview.runs_of(estate_id, period)}
    before = preview.in_the_books(estate_id, next_month(period, -1))
    return [_row(item, runs.get(item.id), before.get(item.id, Counted()), period, today) for item in items]


def _row(item: ChargeItem, run: BillingRun | None, before: Counted, period: date, today: date) -> MonthRow:
    hindrance = service.hindrance(item, period, today)
    if run is not None and run.state is RunState.published:
        counted = Counted(run.bills, run.total)
        return MonthRow(item=item, run=run, counted=counted, before=before, hindrance=hindrance)
    found = preview.totals(Month.of(item, period))
    return MonthRow(
        item=item,
        run=run,
        counted=found.counted,
        before=before,
        hindrance=hindrance,
        to_mend=sum(units for reason, units in found.skipped.items() if reason not in EXPECTED),
        unpaid_days=found.unpaid_days,
    )


def proved(run: BillingRun) -> bool:
    """Whether the bills in the books are those that the run says it made."""
    return (
        service.in_the_books(run)
        == Counted(run.bills, run.total)
        == summed(Counted(each.bills, each.total) for each in queries.publications(run))
    )
