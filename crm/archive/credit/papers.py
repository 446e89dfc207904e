"""The register's paper that `/verify` knows: 项目登记表, as plain data without any language (decision 022)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.credit.models import (
    BASIS_TITLES,
    CLIENT_TITLES,
    COLLATERAL_TITLES,
    PROJECT_STATE_TITLES,
    PROJECT_TITLES,
    VERDICT_TITLES,
    Decision,
    Guarantor,
    Project,
)
from crm.archive.credit.queries import visible
from crm.archive.credit.reports import ProjectSheet, sheet
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.proof import Paper
from crm.audit.log import plain
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session

SHEET = "project_sheet"
PROJECT = "title kind state amount term_months rate purpose applied_on ends_on basis due_on settled_on outstanding"
DECISION = "verdict decided_on resolution_no reason"
GUARANTOR, COLLATERAL = "name kind amount", "description kind owner certificate_no value"
CONTRACT, REPAYMENT = "title original_no signed_on amount", "paid_on principal interest note"


def sheet_content(told: ProjectSheet) -> dict[str, Any]:
    project = told.project
    people = {"client": project.client.name, "a": project.a.full_name, "b": project.b.full_name}
    content = {
        "number": told.number,
        **people,
        **_facts(project, PROJECT),
        "client_paper": told.client_paper,
        "decisions": [_facts(row, DECISION) | {"approver": _approver(row)} for _title, row in told.decisions],
        "guarantors": [_facts(row, GUARANTOR) | {"client_paper": _number(row)} for row in told.guarantors],
        "collateral": [_facts(row, COLLATERAL) for _title, row in told.collateral],
        "contracts": [_facts(row, CONTRACT) for row in told.contracts],
        "repayments": [_facts(row, REPAYMENT) for row in told.repayments],
    }
    kept: dict[str, Any] = plain(content)
    return kept


def _approver(decision: Decision) -> str:
    return decision.approver.full_name if decision.approver else ""


def _number(guarantor: Guarantor) -> str:
    return guarantor.client.number if guarantor.client else ""


def _facts(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def sheet_today(project_id: int) -> dict[str, Any] | None:
    """Whoever asks: what may be shown of it is `may_see`'s affair."""
    whole = (
        joinedload(Project.client),
        joinedload(Project.a),
        joinedload(Project.b),
        joinedload(Project.dossier).joinedload(Dossier.number),
    )
    found = session().scalars(select(Project).where(Project.id == project_id).options(*whole)).one_or_none()
    return sheet_content(sheet(found)) if found else None


def may_see(project_id: int) -> bool:
    seen = select(Project.id).where(Project.id == project_id, visible())
    return actor().may(Permission.credit_read) and session().scalar(seen) is not None


FIELDS = {
    "amount": _l("Sum (yuan)"),
    "term_months": _l("Term (months)"),
    "rate": _l("Rate or fee, per cent a year"),
    "purpose": _l("Purpose"),
    "applied_on": _l("Applied for on"),
    "basis": _l("What ended the project"),
    "due_on": _l("Due on"),
    "outstanding": _l("Outstanding (yuan)"),
    "client_paper": _l("Credit code or ID number"),
    "decisions": _l("Decisions"),
    "verdict": _l("Decision"),
    "resolution_no": _l("Number of the resolution"),
    "approver": _l("Approver"),
    "guarantors": _l("Guarantors"),
    "name": _l("Name"),
    "collateral": _l("Collateral"),
    "description": _l("What it is"),
    "certificate_no": _l("Number of the certificate"),
    "value": _l("Appraised value (yuan)"),
    "contracts": _l("Contracts"),
    "signed_on": _l("Signed on"),
    "repayments": _l("Repayments"),
    "paid_on": _l("Paid on"),
    "principal": _l("Principal (yuan)"),
    "interest": _l("Interest (yuan)"),
}
WORDS: dict[str, dict[Any, Any]] = {
    "kind": {**PROJECT_TITLES, **CLIENT_TITLES, **COLLATERAL_TITLES},
    "state": {**PROJECT_STATE_TITLES},
    "basis": {**BASIS_TITLES},
    "verdict": {**VERDICT_TITLES},
}
PAPERS = {
    SHEET: Paper(title=_l("Project sheet"), content=sheet_today, may_see=may_see, fields=FIELDS, words=WORDS),
}
