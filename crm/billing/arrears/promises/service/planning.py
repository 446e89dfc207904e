"""An instalment plan is asked for by one, approved by another, and ended. Whether it is kept follows from payments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arrears.contacts.service import fault_of_day
from crm.billing.arrears.promises import parts as arithmetic
from crm.billing.arrears.promises import queries
from crm.billing.arrears.promises.events import PlanDecided, PlanEnded, PlanRequested, PlanSigned
from crm.billing.arrears.promises.models import (
    PLAN_TITLES,
    PLAN_WORKFLOW,
    Instalment,
    InstalmentPlan,
    PlanBill,
    PlanState,
)
from crm.billing.arrears.promises.parts import Part
from crm.billing.ledger.models import Bill
from crm.billing.ledger.service.holding import hold_accounts, standing
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer

LONGEST = 60  # instalments: five years


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """`key` is the form's own. What is open of the bills is paid in `parts`, from `agreed_on` on."""

    bill_ids: Collection[int]
    parts: Sequence[Part]
    agreed_on: date
    reason: str
    key: str
    upload_id: int | None = None


def plan_hindrance(customer: Customer) -> str:
    """Why no plan can be asked for, or ""."""
    if found := queries.live_plan(customer.id):
        told = {"code": found.code, "state": PLAN_TITLES[found.state]}
        return _("%(code)s (%(state)s) is under way. End or withdraw it first.", **told)
    return ""


def request(customer: Customer, wish: PlanWish) -> InstalmentPlan:
    """The plan, waiting for somebody else; sent twice it is one. Raises `DomainError` when it does not add up."""
    hold_accounts({customer.id})
    if known := session().scalars(select(InstalmentPlan).where(InstalmentPlan.key == wish.key)).one_or_none():
        return known
    bills = standing(Bill, queries.coverable_bills(customer.id).where(Bill.id.in_(wish.bill_ids)))
    if reason := plan_hindrance(customer) or _fault(customer, wish, bills):
        raise DomainError(reason)
    made = _kept(customer, wish, bills)
    record(
        PlanRequested(
            instalment_plan_id=made.id,
            customer_id=made.customer_id,
            total=made.total,
            instalments=len(wish.parts),
            agreed_on=made.agreed_on,
            last_on=wish.parts[-1].due_on,
            reason=made.reason,
        )
    )
    return made


def _fault(customer: Customer, wish: PlanWish, bills: Sequence[Bill]) -> str:
    """What is wrong with what was typed, or ""."""
    if not bills:
        return _("Choose the bills that the plan covers.")
    if len(bills) < len(set(wish.bill_ids)):
        return _("One of the bills is settled or disputed meanwhile. Open the form anew.")
    if not wish.reason.strip():
        return _("Write why: it stands on the file for good.")
    return _fault_of_days(customer, wish) or _fault_of_parts(wish, bills)


def _fault_of_days(customer: Customer, wish: PlanWish) -> str:
    if reason := fault_of_day(wish.agreed_on):
        return reason
    former = queries.last_ended_on(customer.id)
    if former and wish.agreed_on < former:
        return _("An earlier plan held until %(day)s. Agree on a day from then on.", day=former.isoformat())
    return ""


def _fault_of_parts(wish: PlanWish, bills: Sequence[Bill]) -> str:
    if not wish.parts or any(part.amount <= 0 for part in wish.parts):
        return _("Write the instalments, each more than nought.")
    if len(wish.parts) > LONGEST:
        return _("A plan has %(count)s instalments at most.", count=LONGEST)
    if wish.parts[0].due_on < max(business_day(), wish.agreed_on) or not arithmetic.ascend(wish.parts):
        return _("The first instalment is due today or later, and each after the one before.")
    owed, promised = sum(bill.open for bill in bills), arithmetic.sum_of(wish.parts)
    if owed != promised:
        told = {"parts": f"{promised:,.2f}", "bills": f"{owed:,.2f}"}
        return _("The instalments come to %(parts)s yuan, the bills to %(bills)s yuan. Both must be the same.", **told)
    return ""


def _kept(customer: Customer, wish: PlanWish, bills: Sequence[Bill]) -> InstalmentPlan:
    made = InstalmentPlan(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        key=wish.key,
        state=PlanState.requested,
        total=arithmetic.sum_of(wish.parts),
        agreed_on=wish.agreed_on,
        reason=wish.reason,
        upload_id=wish.upload_id,
        requested_by_id=g.actor.user_id,
        requested_at=utc_now(),
        decision="",
        ended_by="",
    )
    session().add(made)
    session().flush()
    lines = enumerate(wish.parts, start=1)
    session().add_all(
        Instalment(plan_id=made.id, position=place, due_on=part.due_on, amount=part.amount) for place, part in lines
    )
    session().add_all(PlanBill(plan_id=made.id, bill_id=bill.id, amount=bill.open) for bill in bills)
    session().flush()
    return made


def approve(plan: InstalmentPlan, remark: str = "") -> None:
    """From `agreed_on` on neither dunning nor late fees go on. Raises `DomainError` for one's own request."""
    first = queries.first_due_on(plan.id)
    if first < business_day():
        told = {"day": first.isoformat()}
        raise DomainError(_("The first instalment was due on %(day)s already. Have the plan asked for anew.", **told))
    _decide(plan, "approve", remark)


def refuse(plan: InstalmentPlan, remark: str) -> None:
    if not remark.strip():
        raise DomainError(_("Write why it is refused."))
    _decide(plan, "refuse", remark)


def _decide(plan: InstalmentPlan, step: str, remark: str) -> None:
    if plan.requested_by_id == g.actor.user_id:
        raise DomainError(_("Somebody else must decide about your own request."))
    PLAN_WORKFLOW.take(plan, step)
    plan.decided_by_id, plan.decided_at, plan.decision = g.actor.user_id, utc_now(), remark
    session().flush()
    _tell_decided(plan, remark)


def withdraw_plan(plan: InstalmentPlan) -> None:
    """By whoever asked for it, before it is decided."""
    if plan.requested_by_id != g.actor.user_id:
        raise DomainError(_("Only whoever asked can withdraw it."))
    PLAN_WORKFLOW.take(plan, "withdraw")
    session().flush()
    _tell_decided(plan, "")


def _tell_decided(plan: InstalmentPlan, remark: str) -> None:
    about = {"instalment_plan_id": plan.id, "customer_id": plan.customer_id}
    record(PlanDecided(**about, decision=plan.state, total=plan.total, remark=remark))


def sign(plan: InstalmentPlan, upload_id: int) -> None:
    """The agreement came back signed; a better copy takes the place of an earlier one."""
    if plan.state not in (PlanState.requested, PlanState.agreed):
        raise DomainError(_("This plan is not under way any more."))
    plan.upload_id = upload_id
    session().flush()
    record(PlanSigned(instalment_plan_id=plan.id, customer_id=plan.customer_id))


def end(plan: InstalmentPlan, reason: str) -> None:
    """From today on it holds no more: broken, paid off, or something else was agreed."""
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    PLAN_WORKFLOW.expect(plan, "end")
    plan.ended_on, plan.ended_by = business_day(), g.actor.name
    PLAN_WORKFLOW.take(plan, "end")
    session().flush()
    about = {"instalment_plan_id": plan.id, "customer_id": plan.customer_id}
    record(PlanEnded(**about, total=plan.total, ended_on=business_day(), reason=reason))
