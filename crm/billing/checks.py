"""Everything that must hold in the books, from every part of billing; `crm billing check` and the night ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from crm.billing.cashier.invariants import CHECKS as CASHIER_CHECKS
from crm.billing.deposits.invariants import CHECKS as DEPOSIT_CHECKS
from crm.billing.ledger.invariants import CHECKS as LEDGER_CHECKS
from crm.billing.ledger.invariants import Check
from crm.billing.ledger.models import Adjustment, Allocation, Bill, Payment
from crm.billing.runs.invariants import CHECKS as RUN_CHECKS
from crm.db import session

CHECKS = {**LEDGER_CHECKS, **RUN_CHECKS, **CASHIER_CHECKS, **DEPOSIT_CHECKS}
MOST = 20  # rows named of each check


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check found: nothing, in sound books. `rows` name what is wrong by its ids, the first `MOST` of them."""

    name: str
    title: str
    rows: Sequence[dict[str, int | None]]

    def told(self) -> str:
        """The check, and a line for each row that it found."""
        rows = (", ".join(f"{name} {key}" for name, key in row.items() if key is not None) for row in self.rows)
        return "\n  ".join((f"{self.name}: {self.title}", *rows))


def examine() -> list[Found]:
    """Every check, in one state of the data each."""
    return [examined(name) for name in CHECKS]


def examined(name: str) -> Found:
    title, check = CHECKS[name]
    return Found(name=name, title=str(title), rows=_rows(check))


def _rows(check: Check) -> Sequence[dict[str, int | None]]:
    return [dict(row) for row in session().execute(check().limit(MOST)).mappings()]


def counts() -> dict[str, int]:
    """How much was examined."""
    tables = {"bills": Bill, "payments": Payment, "allocations": Allocation, "adjustments": Adjustment}
    columns = [select(func.count()).select_from(table).scalar_subquery().label(name) for name, table in tables.items()]
    return dict(session().execute(select(*columns)).mappings().one())
