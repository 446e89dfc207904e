"""What is asked of the dossiers in the filing review, what makes a dossier press, and where the scores are shown.

Title documents that are out come with the package that keeps them.
"""

from __future__ import annotations

from crm.archive.credit import checks as credit
from crm.archive.dossiers import checks as dossiers
from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import parts
from crm.archive.dossiers.proof import papers
from crm.archive.handover import checks as handover
from crm.archive.lending import checks as lending
from crm.archive.vault.documents import checks as titles
from crm.archive.vault.vouchers import checks as vouchers
from crm.audit.log import handlers
from crm.billing.arrears.promises import checks as promises
from crm.billing.deposits import checks as deposits
from crm.billing.ledger import checks as ledger
from crm.billing.runs import checks as runs
from crm.complaints import checks as complaints
from crm.correspondence import checks as correspondence
from crm.engineering import checks as engineering
from crm.moves import checks as moves
from crm.moves.leaving import checks as leavings
from crm.renovations import checks as renovations
from crm.renovations.passes import checks as passes
from crm.renovations.patrols import checks as patrols
from crm.renovations.settlement import checks as settlements
from crm.repairs import checks as repairs
from crm.review import checks, events, history
from crm.review.present import CUSTOMER, of_dossiers_page
from crm.review.reporting import handlers as reporting
from crm.review.reporting.papers import papers as report_papers
from crm.review.sampling import checks as sampling
from crm.tenants import checks as tenants
from crm.tenants import tabs
from crm.violations import checks as violations

OF_FILES = (dossiers, tenants, sampling, engineering)
OF_CASES = (repairs, complaints, violations, correspondence, moves, renovations, patrols, passes, leavings, settlements)
OF_MONEY = (runs, deposits, promises)
OF_LOANS = (credit, handover, lending, vouchers, titles)
PRESSING = (ledger, complaints, repairs, violations, moves, renovations, leavings)


def connect_review() -> None:
    checks.connect([check for room in (*OF_FILES, *OF_CASES, *OF_MONEY, *OF_LOANS) for check in room.CHECKS])
    checks.pressing[:] = [room.pressing for room in PRESSING]
    handlers[events.FilingReviewSigned] = [reporting.signed]
    papers.update(report_papers())
    _connect_pages()


def _connect_pages() -> None:
    tabs.head[:], parts.head[:] = [CUSTOMER], [of_dossiers_page]
    dossier_history.further_titles.update(history.EVENT_TITLES)
    dossier_history.further_details.update(history.EVENT_DETAILS)
