"""Clients and their projects. Money facts and changes of A and B only grow; a wrong one is set right by another."""

from crm.archive.credit.models.client import CLIENT_TITLES, Client, ClientKind
from crm.archive.credit.models.importing import IMPORT_TITLES, ImportState, RegisterImport
from crm.archive.credit.models.project import (
    BASIS_TITLES,
    PROJECT_STATE_TITLES,
    PROJECT_TITLES,
    WORKFLOW,
    EndBasis,
    Project,
    ProjectKind,
    ProjectState,
)
from crm.archive.credit.models.repayment import Repayment
from crm.archive.credit.models.security import (
    COLLATERAL_TITLES,
    Collateral,
    CollateralKind,
    Contract,
    Guarantor,
)
from crm.archive.credit.models.trail import (
    ROLE_TITLES,
    VERDICT_TITLES,
    Decision,
    EndCorrection,
    Role,
    RoleChange,
    SettlementCheck,
    Verdict,
)

__all__ = [
    "BASIS_TITLES",
    "CLIENT_TITLES",
    "COLLATERAL_TITLES",
    "IMPORT_TITLES",
    "PROJECT_STATE_TITLES",
    "PROJECT_TITLES",
    "ROLE_TITLES",
    "VERDICT_TITLES",
    "WORKFLOW",
    "Client",
    "ClientKind",
    "Collateral",
    "CollateralKind",
    "Contract",
    "Decision",
    "EndBasis",
    "EndCorrection",
    "Guarantor",
    "ImportState",
    "Project",
    "ProjectKind",
    "ProjectState",
    "RegisterImport",
    "Repayment",
    "Role",
    "RoleChange",
    "SettlementCheck",
    "Verdict",
]
