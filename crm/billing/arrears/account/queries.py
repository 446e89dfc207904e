"""What was said, promised, agreed, sent and handed over about one customer's arrears, in the person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.contacts.models import NOT_TALKED, Contact
from crm.billing.arrears.dunning.models import Demand, DemandDelivery, DunningStep
from crm.billing.arrears.limitation.figures import LIMITATION_YEARS
from crm.billing.arrears.limitation.queries import expiries
from crm.billing.arrears.promises.models import InstalmentPlan, PlanState, Promise
from crm.billing.arrears.promises.standing import promise_states
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT, open_bills
from crm.db import session
from crm.tenants.queries import in_file

SHOWN = 8  # of each kind, the newest; the lists have them all


def open_bills_of(customer_id: int) -> Sequence[Bill]:
    """The oldest due first, with item and unit."""
    found = open_bills(customer_id).options(joinedload(Bill.item), joinedload(Bill.unit))
    return session().scalars(found).all()


def first_expiry(customer_id: int, day: date) -> date | None:
    """Until when the first of the open bills can be claimed in court; it may have passed."""
    mine = in_file(Bill.customer_id, customer_id) & (Bill.open > NOUGHT) & (Bill.due_on < day) & within(Bill.estate_id)
    limits = expiries(mine, LIMITATION_YEARS.on(day)).subquery("limits")
    found: date | None = session().scalar(select(func.min(limits.c.expires_on)))
    return found


def contacts_of(customer_id: int) -> Sequence[Any]:
    """(contact, name of the step it was), the newest first."""
    found = (
        select(Contact, DunningStep.name.label("step"))
        .outerjoin(DunningStep, DunningStep.id == Contact.step_id)
        .where(in_file(Contact.customer_id, customer_id), within(Contact.estate_id))
    )
    newest = found.order_by(Contact.contacted_on.desc(), Contact.id.desc())
    return session().execute(newest.limit(SHOWN)).all()


def last_talk(customer_id: int) -> date | None:
    """The day on which somebody was reached."""
    found = select(Contact.contacted_on).where(
        in_file(Contact.customer_id, customer_id), within(Contact.estate_id), Contact.outcome.not_in(NOT_TALKED)
    )
    return session().scalar(found.order_by(Contact.contacted_on.desc()).limit(1))


def promises_of(customer_id: int, day: date) -> Sequence[Any]:
    """The rows of `promise_states`, the last due first."""
    mine = promise_states(day).where(in_file(Promise.customer_id, customer_id), within(Promise.estate_id))
    return session().execute(mine.order_by(Promise.due_on.desc(), Promise.id.desc()).limit(SHOWN)).all()


def plan_of(customer_id: int) -> InstalmentPlan | None:
    """The newest that is asked for or was agreed."""
    stands = InstalmentPlan.state.in_((PlanState.requested, PlanState.agreed, PlanState.ended))
    found = select(InstalmentPlan).where(in_file(InstalmentPlan.customer_id, customer_id), stands)
    mine = found.where(within(InstalmentPlan.estate_id)).order_by(InstalmentPlan.id.desc())
    return session().scalars(mine.limit(1)).one_or_none()


def demands_of(customer_id: int) -> Sequence[Demand]:
    """Letters that hold, the newest first, with number and step."""
    found = select(Demand).where(in_file(Demand.customer_id, customer_id), within(Demand.estate_id), ~Demand.voided)
    whole = found.options(joinedload(Demand.number), joinedload(Demand.step))
    return session().scalars(whole.order_by(Demand.day.desc(), Demand.id.desc()).limit(SHOWN)).all()


def deliveries_of(demand_ids: Sequence[int]) -> dict[int, DemandDelivery]:
    """Of each letter the last that was entered about its way and not taken back."""
    found = select(DemandDelivery).where(DemandDelivery.demand_id.in_(demand_ids)).order_by(DemandDelivery.id)
    rows = session().scalars(found).all()
    undone = {row.reverses_id for row in rows}
    return {row.demand_id: row for row in rows if row.reverses_id is None and row.id not in undone}


def case_of(customer_id: int) -> LegalCase | None:
    """The newest."""
    found = select(LegalCase).where(in_file(LegalCase.customer_id, customer_id), within(LegalCase.estate_id))
    return session().scalars(found.order_by(LegalCase.id.desc()).limit(1)).one_or_none()
