"""What the packages ask of the dossiers in the filing review, and what makes a dossier press."""

from __future__ import annotations

from crm.archive.dossiers import checks as dossiers
from crm.archive.dossiers.proof import papers
from crm.audit.log import handlers
from crm.review import checks, events
from crm.review.reporting import handlers as reporting
from crm.review.reporting.papers import papers as report_papers
from crm.review.sampling import checks as sampling


def connect_review() -> None:
    checks.connect([*dossiers.CHECKS, *sampling.CHECKS])
    handlers[events.ReviewSigned] = [reporting.signed]
    papers.update(report_papers())
