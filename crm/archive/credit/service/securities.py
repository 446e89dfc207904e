"""Guarantors, collateral and contracts: added while the project runs, never deleted.

A manager releases what stands for the debt, with the paper that says so; a contract entered wrongly becomes void.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.credit.events import (
    CollateralAdded,
    CollateralReleased,
    ContractAdded,
    ContractVoided,
    GuarantorAdded,
    GuarantorReleased,
)
from crm.archive.credit.models import (
    WORKFLOW,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    Guarantor,
    Project,
)
from crm.archive.credit.service.changes import refuse_own
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


@dataclass(frozen=True, slots=True)
class Surety:
    """Who stands surety, as the contract names it; `client_id` where it is registered."""

    kind: ClientKind
    name: str
    client_id: int | None = None


def add_guarantor(project: Project, surety: Surety, amount: Decimal | None = None, note: str = "") -> Guarantor:
    """`amount` None: for the whole debt. Raises `DomainError` for the project's own client."""
    WORKFLOW.expect(project, "secure")
    if surety.client_id == project.client_id:
        raise DomainError(_("Nobody stands surety for the own debt. Choose another client, or enter another name."))
    made = Guarantor(**asdict(surety), amount=amount, note=note, **_entered(project))
    _keep(made)
    record(GuarantorAdded(project_id=project.id, guarantor_id=made.id, name=made.name, amount=amount))
    return made


def add_collateral(
    project: Project,
    kind: CollateralKind,
    description: str,
    owner: str,
    *,
    certificate_no: str = "",
    value: Decimal | None = None,
) -> Collateral:
    """`owner`: the client or somebody else, as the certificate has it; `value` as appraised, in yuan."""
    WORKFLOW.expect(project, "secure")
    facts: dict[str, Any] = {"certificate_no": certificate_no, "value": value}
    made = Collateral(kind=kind, description=description, owner=owner, **facts, **_entered(project))
    _keep(made)
    record(CollateralAdded(project_id=project.id, collateral_id=made.id, name=description, value=value))
    return made


def add_contract(
    project: Project,
    title: str,
    original_no: str,
    *,
    parties: str = "",
    signed_on: date | None = None,
    amount: Decimal | None = None,
) -> Contract:
    """The number it was signed under is the project's once; the archive's is derived at filing (L-21)."""
    WORKFLOW.expect(project, "secure")
    same = select(Contract.id).where(Contract.project_id == project.id, Contract.original_no == original_no)
    same = same.where(Contract.ended_at.is_(None))
    if session().scalar(same):
        raise DomainError(
            _("This project has a contract %(number)s already. Write the number on the paper.", number=original_no)
        )
    facts: dict[str, Any] = {"parties": parties, "signed_on": signed_on, "amount": amount}
    made = Contract(title=title, original_no=original_no, **facts, **_entered(project))
    _keep(made)
    told: dict[str, Any] = {"name": title, "original_no": original_no, "amount": amount}
    record(ContractAdded(project_id=project.id, contract_id=made.id, **told))
    return made


def void_contract(project: Project, contract: Contract, reason: str) -> None:
    """It was entered wrongly: the row stays with the reason, the right one is entered anew."""
    WORKFLOW.expect(project, "secure")
    _end(contract, reason)
    told = {"name": contract.title, "original_no": contract.original_no, "reason": reason}
    record(ContractVoided(project_id=project.id, contract_id=contract.id, **told))


def release_guarantor(project: Project, guarantor: Guarantor, reason: str, evidence: Upload) -> None:
    _release(project, guarantor, reason, evidence)
    record(GuarantorReleased(project_id=project.id, guarantor_id=guarantor.id, name=guarantor.name, reason=reason))


def release_collateral(project: Project, collateral: Collateral, reason: str, evidence: Upload) -> None:
    _release(project, collateral, reason, evidence)
    told = {"name": collateral.description, "reason": reason}
    record(CollateralReleased(project_id=project.id, collateral_id=collateral.id, **told))


def _release(project: Project, security: Guarantor | Collateral, reason: str, evidence: Upload) -> None:
    WORKFLOW.expect(project, "release")
    refuse_own(project)
    _end(security, reason, end_evidence_id=evidence.id)


def _end(security: Guarantor | Collateral | Contract, reason: str, **proof: int) -> None:
    if security.ended_at is not None:
        raise DomainError(_("This was released or became void already."))
    if not reason.strip():
        raise DomainError(_("Write the reason: it stands in the register for good."))
    for name, value in {"ended_at": utc_now(), "end_reason": reason, **proof}.items():
        setattr(security, name, value)
    session().flush()


def _entered(project: Project) -> dict[str, Any]:
    return {"project_id": project.id, "entered_by": g.actor.name, "entered_at": utc_now()}


def _keep(made: Any) -> None:
    session().add(made)
    session().flush()
