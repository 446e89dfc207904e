"""What the packages ask of the dossiers in the filing review, and what makes a dossier press."""

from __future__ import annotations

from crm.archive.dossiers import checks as dossiers
from crm.review import checks
from crm.tenants import checks as tenants


def connect_review() -> None:
    checks.connect([*dossiers.CHECKS, *tenants.CHECKS])
