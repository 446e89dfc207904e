"""What the packages ask of the dossiers in the filing review, and what makes a dossier press.

Title documents that are out and slips that are overdue come with the packages that keep them.
"""

from __future__ import annotations

from crm.archive.credit import checks as credit
from crm.archive.dossiers import checks as dossiers
from crm.archive.handover import checks as handover
from crm.billing.arrears.promises import checks as promises
from crm.billing.deposits import checks as deposits
from crm.billing.ledger import checks as ledger
from crm.billing.runs import checks as runs
from crm.complaints import checks as complaints
from crm.correspondence import checks as correspondence
from crm.repairs import checks as repairs
from crm.review import checks
from crm.tenants import checks as tenants
from crm.violations import checks as violations

OF_FILES = (dossiers, tenants)
OF_CASES = (repairs, complaints, violations, correspondence)
OF_MONEY = (runs, deposits, promises)
OF_LOANS = (credit, handover)
PRESSING = (ledger, complaints, repairs, violations)


def connect_review() -> None:
    checks.connect([check for room in (*OF_FILES, *OF_CASES, *OF_MONEY, *OF_LOANS) for check in room.CHECKS])
    checks.pressing[:] = [room.pressing for room in PRESSING]
