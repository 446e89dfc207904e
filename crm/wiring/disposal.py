"""What begins the retention of dossiers, and what holds them back: the customers' part comes from above the archive."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast, literal

from crm.archive.credit import retention as credit
from crm.archive.disposal import history, holding, starting
from crm.archive.disposal.causes import CAUSE_TITLES
from crm.archive.disposal.holders import HOLDERS
from crm.archive.disposal.holding import Holder
from crm.archive.disposal.invariants import CHECKS
from crm.archive.disposal.keeping import on_a_list
from crm.archive.disposal.papers import PAPERS
from crm.archive.disposal.present import head
from crm.archive.disposal.queries import in_force
from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import invariants, parts, retention
from crm.archive.dossiers.proof import papers
from crm.archive.dossiers.service import custody, filing, items
from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Bill
from crm.complaints.cases.models import ENDED as ENDED_COMPLAINTS
from crm.complaints.cases.models import Complaint
from crm.renovations.cases.models import ENDED as ENDED_RENOVATIONS
from crm.renovations.cases.models import Renovation
from crm.tenants import retention as tenants
from crm.tenants.filing import SUBJECT, next_of
from crm.violations.cases.models import ENDED as ENDED_VIOLATIONS
from crm.violations.cases.models import Violation

Held = Select[*tuple[Any, ...]]


def _bills() -> Held:
    return tenants.holding(Bill, Bill.customer_id, cast(Bill.due_on, String)).where(Bill.open > 0)


def _deposits() -> Held:
    return tenants.holding(Deposit, Deposit.customer_id, literal("")).where(Deposit.balance > 0)


def _complaints(customer_id: Any) -> Held:
    found = tenants.holding(Complaint, customer_id, Complaint.number)
    return found.where(Complaint.state.not_in(ENDED_COMPLAINTS))


def _violations() -> Held:
    found = tenants.holding(Violation, Violation.customer_id, Violation.number)
    return found.where(Violation.state.not_in(ENDED_VIOLATIONS))


def _renovations() -> Held:
    found = tenants.holding(Renovation, Renovation.customer_id, Renovation.number)
    return found.where(Renovation.state.not_in(ENDED_RENOVATIONS))


CUSTOMERS = (
    Holder(kind="bill", title=_l("A bill is not paid"), held=_bills),
    Holder(kind="deposit", title=_l("A deposit is not given back"), held=_deposits),
    Holder(kind="complaint", title=_l("A complaint is open"), held=partial(_complaints, Complaint.customer_id)),
    Holder(
        kind="complained_about",
        title=_l("A complaint about the customer is open"),
        held=partial(_complaints, Complaint.about_customer_id),
    ),
    Holder(kind="violation", title=_l("A violation is open"), held=_violations),
    Holder(kind="renovation", title=_l("A renovation is open"), held=_renovations),
)


def connect_disposal() -> None:
    starting.sources[:] = [credit.starts, tenants.starts]
    holding.holders[:] = [*HOLDERS, *CUSTOMERS]
    retention.periods[:] = [in_force]
    custody.CAUSE_TITLES.update(CAUSE_TITLES)
    items.filing_hindrances[:] = [on_a_list]
    filing.next_openers[SUBJECT] = next_of
    papers.update(PAPERS)
    dossier_history.further_titles.update(history.EVENT_TITLES)
    dossier_history.further_details.update(history.EVENT_DETAILS)
    parts.head[:] = [*(each for each in parts.head if each is not head), head]
    for name, checks in CHECKS.items():
        invariants.checks[name] = [*dict.fromkeys([*invariants.checks.get(name, ()), *checks])]
