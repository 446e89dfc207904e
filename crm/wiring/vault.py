"""The vault: where its words, papers, proofs and counts are shown."""

from __future__ import annotations

from crm.archive.credit import history as credit_history
from crm.archive.credit.service.papers import keepers
from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import invariants
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.proof import papers
from crm.archive.dossiers.service.appointing import COUNTS, KEEPINGS, Keeping
from crm.archive.dossiers.service.places import further_holdings
from crm.archive.dossiers.views.show import TITLE_PAGES
from crm.archive.vault import history as titles
from crm.archive.vault import keeping
from crm.archive.vault.counts import history as counts
from crm.archive.vault.counts import succession
from crm.archive.vault.counts.papers import PAPERS as COUNT_PAPERS
from crm.archive.vault.documents.queries import has_documents
from crm.archive.vault.incidents import history as incidents
from crm.archive.vault.invariants import CHECKS
from crm.archive.vault.transfers.papers import PAPERS as TRANSFER_PAPERS
from crm.archive.vault.vouchers import history as vouchers
from crm.archive.vault.vouchers.papers import PAPERS as VOUCHER_PAPERS


def connect_vault() -> None:
    for told in (titles, vouchers, counts, incidents):
        credit_history.further_titles.update(told.EVENT_TITLES)
        credit_history.further_details.update(told.DETAILS)
        dossier_history.further_titles.update(told.EVENT_TITLES)
        dossier_history.further_details.update(told.DETAILS)
    papers.update(TRANSFER_PAPERS | VOUCHER_PAPERS | COUNT_PAPERS)
    TITLE_PAGES["project"] = ("vault.project", "project_id")
    COUNTS[CustodianRole.title_custodian] = keeping.titles_handed_over
    KEEPINGS[CustodianRole.title_custodian] = Keeping(
        anything=keeping.anything_kept, ever=keeping.ever_kept, hindrance=succession.hindrance
    )
    further_holdings[:] = [keeping.holds_titles]
    if has_documents not in keepers:
        keepers.append(has_documents)
    for name, checks in CHECKS.items():
        invariants.checks[name] = [*dict.fromkeys([*invariants.checks.get(name, ()), *checks])]
