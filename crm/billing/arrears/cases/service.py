"""Handing a debt over to a lawyer: asked for by one, decided by another, closed with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.models import User
from crm.billing.arrears.cases import queries
from crm.billing.arrears.cases.events import CaseAsked, CaseClosed, CaseDecided
from crm.billing.arrears.cases.models import ADDRESS, CASE_TITLES, CASE_WORKFLOW, CaseBill, CaseState, LegalCase
from crm.billing.ledger.service.holding import hold_accounts
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.notifications.service import notify
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`key` is the form's own: two with one key are one case."""

    key: str
    reason: str
    firm: str = ""
    lawyer: str = ""


def ask_hindrance(customer: Customer) -> str:
    """Why the customer's debt cannot be handed over now, or ""."""
    live = queries.live_case(customer)
    if live is not None and live.state is CaseState.requested:
        return _("It is asked for already and waits for a decision.")
    if live is not None:
        return _("The debt is with the lawyer already. Close that case first.")
    if not queries.overdue_bills(customer, business_day()):
        return _("Nothing that is not disputed is overdue here.")
    return ""


def ask(customer: Customer, wish: Wish) -> LegalCase:
    """About all that is overdue and undisputed now. Raises `DomainError` when it is not possible."""
    hold_accounts({customer.id})
    if known := queries.case_with_key(wish.key):
        return known
    if reason := ask_hindrance(customer):
        raise DomainError(reason)
    if not wish.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    bills = queries.overdue_bills(customer, business_day())
    made = LegalCase(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        key=wish.key,
        state=CaseState.requested,
        amount=sum((bill.open for bill in bills), Decimal(0)),
        reason=wish.reason.strip(),
        firm=wish.firm.strip(),
        lawyer=wish.lawyer.strip(),
        requested_by_id=g.actor.user_id,
        requested_at=utc_now(),
        decision="",
        outcome="",
    )
    session().add(made)
    session().flush()
    session().add_all(CaseBill(case_id=made.id, bill_id=bill.id, amount=bill.open) for bill in bills)
    session().flush()
    _tell_asked(made, len(bills))
    return made


def _tell_asked(made: LegalCase, bills: int) -> None:
    record(
        CaseAsked(
            legal_case_id=made.id,
            customer_id=made.customer_id,
            estate_id=made.estate_id,
            amount=made.amount,
            bills=bills,
            reason=made.reason,
            firm=made.firm,
        )
    )


def step_hindrance(case: LegalCase, step: str) -> str:
    """Why the acting person cannot take the step now, or ""; `case` with its bills."""
    if case.state not in CASE_WORKFLOW[step].sources:
        return _("This is not possible any more: %(state)s.", state=CASE_TITLES[case.state])
    own = case.requested_by_id == g.actor.user_id
    if step == "withdraw":
        return "" if own else _("Only whoever asked can withdraw it.")
    if step in ("approve", "refuse") and own:
        return _("Somebody else must decide about your own request.")
    if step == "approve" and not queries.has_claim(case, business_day()):
        return _("Everything it is about has been settled or disputed meanwhile. Refuse it.")
    return ""


def approve(case: LegalCase, remark: str = "") -> None:
    """The debt is with the lawyer from today."""
    _expect(case, "approve")
    case.handed_over_on = business_day()
    _decide(case, "approve", remark)


def refuse(case: LegalCase, remark: str) -> None:
    _expect(case, "refuse")
    if not remark.strip():
        raise DomainError(_("Write why it is refused."))
    _decide(case, "refuse", remark)


def withdraw(case: LegalCase, remark: str = "") -> None:
    _expect(case, "withdraw")
    CASE_WORKFLOW.take(case, "withdraw")
    session().flush()
    _tell_decided(case, remark)


def close(case: LegalCase, outcome: str) -> None:
    """What came of it, in words; from now on the account takes part in the steps again."""
    _expect(case, "close")
    if not outcome.strip():
        raise DomainError(_("Write what came of it."))
    case.closed_on, case.outcome = business_day(), outcome.strip()
    CASE_WORKFLOW.take(case, "close")
    session().flush()
    record(CaseClosed(legal_case_id=case.id, customer_id=case.customer_id, outcome=case.outcome))


def _expect(case: LegalCase, step: str) -> None:
    if reason := step_hindrance(case, step):
        raise DomainError(reason)


def _decide(case: LegalCase, step: str, remark: str) -> None:
    case.decided_by_id, case.decided_at, case.decision = g.actor.user_id, utc_now(), remark.strip()
    CASE_WORKFLOW.take(case, step)
    session().flush()
    _tell_decided(case, case.decision)
    asker = session().get_one(User, case.requested_by_id)
    with force_locale(asker.locale):
        told = {"name": case.customer.name, "state": CASE_TITLES[case.state]}
        text = _("%(name)s, hand-over to a lawyer: %(state)s", **told)
    notify(asker.id, text, ADDRESS.format(case.id), icon="user-check")


def _tell_decided(case: LegalCase, remark: str) -> None:
    record(
        CaseDecided(
            legal_case_id=case.id,
            customer_id=case.customer_id,
            decision=case.state,
            amount=case.amount,
            remark=remark,
        )
    )
