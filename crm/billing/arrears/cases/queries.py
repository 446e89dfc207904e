"""Cases, and which bills one would be about; read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.auth.models import User
from crm.billing.arrears.cases.models import CaseBill, CaseState, LegalCase
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DemandLine
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import LINE, disputed_on, open_bills
from crm.db import session
from crm.files.models import Upload
from crm.lists.holding import holding
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, customer_of_code
from crm.tenants.queries import in_file

LIVE = (CaseState.requested, CaseState.handed_over)
KEPT = aliased(Customer)  # the file that stands for the customer today
ASKER, DECIDER = aliased(User), aliased(User)


def has_claim(case: LegalCase, day: date) -> bool:
    """Whether anything of it is still open and undisputed."""
    found = select(CaseBill.bill_id).join(Bill, Bill.id == CaseBill.bill_id).where(CaseBill.case_id == case.id)
    return session().scalar(found.where(Bill.open > 0, ~disputed_on(day)).limit(1)) is not None


def get_case(legal_case_id: int) -> LegalCase:
    """With customer, bills and who acted; 404 outside the person's estates."""
    found = select(LegalCase).where(LegalCase.id == legal_case_id, within(LegalCase.estate_id))
    bill = selectinload(LegalCase.bills).joinedload(CaseBill.bill)
    whole = (
        joinedload(LegalCase.customer).joinedload(Customer.estate),
        joinedload(LegalCase.requested_by),
        joinedload(LegalCase.decided_by),
        joinedload(LegalCase.upload),
        *(bill.joinedload(part) for part in LINE),
    )
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def live_case(customer: Customer) -> LegalCase | None:
    """The one asked for or handed over; of a merged file too."""
    mine = in_file(LegalCase.customer_id, customer.id), LegalCase.estate_id == customer.estate_id
    return session().scalars(select(LegalCase).where(*mine, LegalCase.state.in_(LIVE)).limit(1)).one_or_none()


def live_accounts(estate_id: int) -> Select[int]:
    """The customers with a live case: no other step is taken with them."""
    found = select(Customer.kept_id).join(LegalCase, LegalCase.customer_id == Customer.id)
    return found.where(LegalCase.estate_id == estate_id, LegalCase.state.in_(LIVE))


def case_with_key(key: str) -> LegalCase | None:
    return session().scalars(select(LegalCase).where(LegalCase.key == key)).one_or_none()


def overdue_bills(customer: Customer, day: date, *, disputed: bool = False) -> Sequence[Bill]:
    """Open and overdue, the oldest due first, with what explains them: those nobody disputes, or the others."""
    owed = open_bills(customer.id).where(Bill.estate_id == customer.estate_id, Bill.due_on < day)
    parked = disputed_on(day)
    found = owed.where(parked if disputed else ~parked).options(*map(joinedload, LINE))
    return session().scalars(found).unique().all()


def payable(customer: Customer) -> Sequence[Bill]:
    """Everything open, disputed or not, the oldest due first."""
    owed = open_bills(customer.id).where(Bill.estate_id == customer.estate_id)
    return session().scalars(owed.options(*map(joinedload, LINE))).unique().all()


def _now_open() -> Any:
    """What is open of a case's bills today."""
    found = select(func.coalesce(func.sum(Bill.open), 0)).join(CaseBill, CaseBill.bill_id == Bill.id)
    return found.where(CaseBill.case_id == LegalCase.id).correlate(LegalCase).scalar_subquery()


def cases() -> Select[*tuple[Any, ...]]:
    """Every case of the estate one works in."""
    file = aliased(Customer)
    return (
        select(
            LegalCase.id,
            LegalCase.state,
            LegalCase.amount,
            LegalCase.firm,
            LegalCase.lawyer,
            LegalCase.reason,
            LegalCase.requested_at,
            LegalCase.handed_over_on,
            LegalCase.closed_on,
            LegalCase.outcome,
            _now_open().label("open"),
            KEPT.id.label("customer_id"),
            KEPT.name.label("customer"),
            Estate.name.label("estate"),
            ASKER.full_name.label("requested_by"),
            DECIDER.full_name.label("decided_by"),
        )
        .select_from(LegalCase)
        .join(file, file.id == LegalCase.customer_id)
        .join(KEPT, KEPT.id == file.kept_id)
        .join(Estate, Estate.id == LegalCase.estate_id)
        .join(ASKER, ASKER.id == LegalCase.requested_by_id)
        .outerjoin(DECIDER, DECIDER.id == LegalCase.decided_by_id)
        .where(in_chosen_estate(LegalCase.estate_id))
    )


def about(text: str) -> ColumnElement[bool]:
    if customer_id := customer_of_code(text):
        return KEPT.id == customer_id
    return holding(text, KEPT.name, LegalCase.firm, LegalCase.lawyer, LegalCase.reason)


def demands_of(customer: Customer) -> Sequence[Demand]:
    """Letters that hold, the oldest first, with their numbers."""
    mine = in_file(Demand.customer_id, customer.id), Demand.estate_id == customer.estate_id, ~Demand.voided
    bill = selectinload(Demand.lines).joinedload(DemandLine.bill).joinedload(Bill.item)
    whole = select(Demand).where(*mine).options(joinedload(Demand.number), joinedload(Demand.step), bill)
    return session().scalars(whole.order_by(Demand.day, Demand.id)).all()


def deliveries_of(demand_ids: Sequence[int]) -> dict[int, list[DemandDelivery]]:
    """What was entered about each letter's way and not taken back, in that order."""
    found = select(DemandDelivery).where(DemandDelivery.demand_id.in_(demand_ids)).order_by(DemandDelivery.id)
    rows = session().scalars(found.options(joinedload(DemandDelivery.upload).joinedload(Upload.stored))).all()
    undone = {row.reverses_id for row in rows} | {row.id for row in rows if row.reverses_id}
    ways: dict[int, list[DemandDelivery]] = {}
    for row in rows:
        if row.id not in undone:
            ways.setdefault(row.demand_id, []).append(row)
    return ways
