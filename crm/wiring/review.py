"""What is asked of the dossiers in the filing review, what makes a dossier press, and where the scores are shown."""

from __future__ import annotations

from crm.archive.dossiers import checks as dossiers
from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers import parts
from crm.review import checks, history
from crm.review.present import CUSTOMER, of_dossiers_page
from crm.tenants import tabs


def connect_review() -> None:
    checks.connect([*dossiers.CHECKS])
    _connect_pages()


def _connect_pages() -> None:
    tabs.head[:], parts.head[:] = [CUSTOMER], [of_dossiers_page]
    dossier_history.further_titles.update(history.EVENT_TITLES)
    dossier_history.further_details.update(history.EVENT_DETAILS)
