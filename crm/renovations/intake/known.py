"""What follows from what is ticked, and what is known of unit and applicant: papers, deposit, days, what is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.billing.ledger.queries import Balance, balance_of
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Unit
from crm.renovations.cases import queries
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.present import Case, shown
from crm.renovations.works.models import RenovationWork
from crm.renovations.works.needs import Facts, Need, days_for, deposit_for, needed
from crm.renovations.works.queries import papers, papers_of_works, works_called
from crm.tenants.queries import in_file
from crm.violations.cases.models import UNSETTLED, Violation
from crm.violations.cases.present import Case as Violated
from crm.violations.cases.present import shown as violated
from crm.violations.cases.queries import OPEN as OPEN_VIOLATIONS
from crm.violations.cases.queries import violations

DAYS = 90  # proposed where nothing is ticked yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`owes`: None for whoever may not see money. What is owed or violated refuses nothing: it is told."""

    works: Sequence[RenovationWork]
    needs: Sequence[Need]
    deposit: Decimal
    days: int
    owns: bool
    open_here: Sequence[Case]
    owes: Balance | None
    violations: Sequence[Violated]

    @property
    def alters_structure(self) -> bool:
        return any(work.alters_structure for work in self.works)


def known_of(unit: Unit | None, customer_id: int | None, work_ids: Collection[int], *, by_firm: bool) -> Known:
    works = works_called(work_ids)
    owns = bool(unit and customer_id and queries.owns(customer_id, unit.id, business_day()))
    facts = Facts(owns=owns or customer_id is None, by_firm=by_firm)
    return Known(
        works=works,
        needs=needed(papers(), papers_of_works(work_ids), facts) if works else [],
        deposit=deposit_for(works),
        days=days_for(works, DAYS),
        owns=owns,
        open_here=_open_here(unit),
        owes=_owes(customer_id),
        violations=_violations(customer_id),
    )


def _open_here(unit: Unit | None) -> Sequence[Case]:
    if unit is None:
        return []
    found = queries.renovations(within(Renovation.estate_id))
    mine = found.where(queries.OPEN, Renovation.unit_id == unit.id)
    return shown(session().execute(mine.order_by(Renovation.id)).all())


def _owes(customer_id: int | None) -> Balance | None:
    if customer_id is None or not actor().may(Permission.billing_read):
        return None
    balance = balance_of(customer_id, business_day())
    return balance if balance.overdue else None


def _violations(customer_id: int | None) -> Sequence[Violated]:
    """Those of the applicant that are not settled."""
    if customer_id is None or not actor().may(Permission.violation_read):
        return []
    found = violations(within(Violation.estate_id)).where(
        OPEN_VIOLATIONS, Violation.state.in_(UNSETTLED), in_file(Violation.customer_id, customer_id)
    )
    return violated(session().execute(found.order_by(Violation.id)).all())
