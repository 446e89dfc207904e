"""A project on paper: 项目登记表."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import LazyString

from crm.archive.credit import queries
from crm.archive.credit.models import (
    BASIS_TITLES,
    COLLATERAL_TITLES,
    VERDICT_TITLES,
    Collateral,
    Contract,
    Decision,
    Guarantor,
    Project,
    Repayment,
)
from crm.money import in_capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSheet:
    """What the register says of a project; numbers of persons masked."""

    project: Project
    number: str
    capitals: str
    client_paper: str
    basis: LazyString | str
    decisions: Sequence[tuple[LazyString, Decision]]
    guarantors: Sequence[Guarantor]
    collateral: Sequence[tuple[LazyString, Collateral]]
    contracts: Sequence[Contract]
    repayments: Sequence[Repayment]
    interest: Decimal


def _standing(rows: Sequence[Any]) -> list[Any]:
    """Without what was released or void."""
    return [row for row in rows if row.ended_at is None]


def sheet(project: Project) -> ProjectSheet:
    repayments = queries.repayments(project.id)
    return ProjectSheet(
        project=project,
        number=project.dossier.number.text if project.dossier and project.dossier.number else "",
        capitals=in_capitals(project.amount),
        client_paper=project.client.number,
        basis=BASIS_TITLES[project.basis] if project.basis else "",
        decisions=[(VERDICT_TITLES[row.verdict], row) for row in queries.decisions(project.id)],
        guarantors=_standing(queries.guarantors(project.id)),
        collateral=[(COLLATERAL_TITLES[row.kind], row) for row in _standing(queries.collateral(project.id))],
        contracts=_standing(queries.contracts(project.id)),
        repayments=repayments,
        interest=sum((row.interest for row in repayments), Decimal(0)),
    )
