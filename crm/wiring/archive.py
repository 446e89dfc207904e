"""The archive's proofs and causes; what is lent in the history of dossiers, and what it keeps where it is."""

from __future__ import annotations

from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import invariants
from crm.archive.dossiers.proof import papers
from crm.archive.dossiers.service import records
from crm.archive.dossiers.service.attachments import release_hindrances
from crm.archive.dossiers.service.custody import CAUSE_TITLES
from crm.archive.dossiers.service.places import move_hindrances
from crm.archive.handover.causes import CAUSE_TITLES as HANDOVER_CAUSES
from crm.archive.handover.invariants import CHECKS as HANDOVER_CHECKS
from crm.archive.lending import causes, history, keeping
from crm.archive.lending import invariants as lending_invariants
from crm.archive.lending import papers as lending_papers


def connect_archive() -> None:
    CAUSE_TITLES.update(HANDOVER_CAUSES | causes.CAUSE_TITLES)
    for room in (HANDOVER_CHECKS, lending_invariants.CHECKS):
        for name, checks in room.items():
            invariants.checks[name] = [*dict.fromkeys([*invariants.checks.get(name, ()), *checks])]
    _connect_lending()


def _connect_lending() -> None:
    dossier_history.further_titles.update(history.EVENT_TITLES)
    dossier_history.further_details.update(history.EVENT_DETAILS)
    papers.update(lending_papers.PAPERS)
    move_hindrances[:] = [keeping.lent_whole]
    release_hindrances[:] = [keeping.lent_whole]
    records.removal_hindrances[:] = [keeping.document_out]
