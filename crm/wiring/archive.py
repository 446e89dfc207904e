"""What is lent: on dossiers' pages and in their history, in the proofs, and what keeps a dossier where it is."""

from __future__ import annotations

from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import invariants
from crm.archive.dossiers.proof import papers
from crm.archive.dossiers.service import records
from crm.archive.dossiers.service.custody import CAUSE_TITLES
from crm.archive.dossiers.service.places import move_hindrances
from crm.archive.lending import causes, history, keeping
from crm.archive.lending import invariants as lending_invariants
from crm.archive.lending import papers as lending_papers


def connect_lending() -> None:
    dossier_history.further_titles.update(history.EVENT_TITLES)
    dossier_history.further_details.update(history.EVENT_DETAILS)
    papers.update(lending_papers.PAPERS)
    CAUSE_TITLES.update(causes.CAUSE_TITLES)
    move_hindrances[:] = [keeping.lent_whole]
    records.removal_hindrances[:] = [keeping.document_out]
    for name, checks in lending_invariants.CHECKS.items():
        invariants.checks[name] = [*dict.fromkeys([*invariants.checks.get(name, ()), *checks])]
