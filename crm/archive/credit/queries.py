"""Look-ups of clients and projects, kept to one's own unless one oversees them all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, func, or_, select, true, union_all
from sqlalchemy.orm import joinedload, selectinload

from crm.archive.credit.models import (
    Client,
    Collateral,
    Contract,
    Decision,
    EndCorrection,
    Guarantor,
    Project,
    ProjectState,
    RegisterImport,
    Repayment,
    RoleChange,
    SettlementCheck,
    Verdict,
)
from crm.archive.dossiers.models import Dossier, Item
from crm.auth.actor import actor
from crm.auth.models import Supervision, User, UserRole
from crm.auth.permissions import Permission, RoleName
from crm.db import session
from crm.jobs.models import Job, JobState


def visible() -> ColumnElement[bool]:
    """The condition that keeps a query to the acting person's projects: A's or B's own, or all of them."""
    if actor().may(Permission.credit_oversee):
        return true()
    return or_(Project.a_id == actor().user_id, Project.b_id == actor().user_id)


def visible_clients() -> ColumnElement[bool]:
    """Clients of the projects one sees, who stands surety for these, and those one has registered."""
    if actor().may(Permission.credit_oversee):
        return true()
    own = select(Project.client_id).where(visible())
    sureties = select(Guarantor.client_id).join(Project, Project.id == Guarantor.project_id).where(visible())
    named = sureties.where(Guarantor.client_id.is_not(None))
    return or_(Client.registered_by_id == actor().user_id, Client.id.in_(own), Client.id.in_(named))


def get_project(project_id: int) -> Project:
    """With client, A, B and dossier. 404 for whoever neither is A or B nor oversees."""
    found = select(Project).where(Project.id == project_id, visible())
    whole = found.options(
        joinedload(Project.client),
        joinedload(Project.a),
        joinedload(Project.b),
        joinedload(Project.department),
        joinedload(Project.dossier).joinedload(Dossier.number),
    )
    return session().scalars(whole).one_or_none() or abort(404)


def get_client(client_id: int) -> Client:
    found = select(Client).where(Client.id == client_id, visible_clients())
    return session().scalars(found).one_or_none() or abort(404)


def lock(project: Project) -> None:
    """Nobody else changes the project's money or state until the unit of work ends; what was read is read anew."""
    session().flush()
    session().execute(select(Project.id).where(Project.id == project.id).with_for_update())
    session().refresh(project, ["state", "repaid", "version"])


def similar_clients(name: str, id_index: str, credit_code: str, besides: int = 0) -> Sequence[Client]:
    """Those with the same ID number, credit code or name, whoever keeps them: the same number first."""
    same = [Client.name == name]
    if id_index:
        same.append(Client.id_index == id_index)
    if credit_code:
        same.append(Client.credit_code == credit_code)
    found = select(Client).where(or_(*same), Client.id != besides).order_by(Client.id)
    rows = session().scalars(found).all()
    return sorted(rows, key=lambda row: not is_same_client(row, id_index, credit_code))


def is_same_client(client: Client, id_index: str, credit_code: str) -> bool:
    """Whether a number, not only the name, says that it is the same one."""
    return bool((id_index and client.id_index == id_index) or (credit_code and client.credit_code == credit_code))


def _holders(*roles: RoleName) -> Any:
    return select(UserRole.user_id).where(UserRole.role.in_(roles))


def project_managers() -> dict[int, str]:
    """Who may be A or B: user id -> name."""
    found = select(User.id, User.full_name).where(User.active, User.id.in_(_holders(RoleName.project_manager)))
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name, User.id))}


def transferors() -> dict[int, str]:
    """Who is A or B of a project one sees, in service or not: user id -> name."""
    ids = [select(column).where(visible()) for column in (Project.a_id, Project.b_id)]
    found = select(User.id, User.full_name).where(or_(*(User.id.in_(each) for each in ids)))
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name, User.id))}


def first_year(day: date) -> int:
    """Of the earliest application one sees; `day`'s before there is one."""
    return (session().scalar(select(func.min(Project.applied_on)).where(visible())) or day).year


def roles_of(user_id: int) -> set[RoleName]:
    return set(session().scalars(select(UserRole.role).where(UserRole.user_id == user_id)))


def supervises(user_id: int, department_id: int | None) -> bool:
    found = select(Supervision.user_id).where(
        Supervision.user_id == user_id, Supervision.department_id == department_id
    )
    return session().scalar(found) is not None


def decisions(project_id: int) -> Sequence[Decision]:
    found = select(Decision).where(Decision.project_id == project_id).options(joinedload(Decision.approver))
    return session().scalars(found.order_by(Decision.id)).all()


def role_changes(project_id: int) -> Sequence[RoleChange]:
    whole = selectinload(RoleChange.former), selectinload(RoleChange.successor)
    found = select(RoleChange).where(RoleChange.project_id == project_id).options(*whole)
    return session().scalars(found.order_by(RoleChange.id)).all()


def end_corrections(project_id: int) -> Sequence[EndCorrection]:
    found = select(EndCorrection).where(EndCorrection.project_id == project_id)
    return session().scalars(found.order_by(EndCorrection.id)).all()


def repayments(project_id: int) -> Sequence[Repayment]:
    found = select(Repayment).where(Repayment.project_id == project_id)
    return session().scalars(found.order_by(Repayment.paid_on, Repayment.id)).all()


def standing_repayments(project_id: int) -> list[Repayment]:
    """Without those that were taken back, and the rows that took them back."""
    rows = repayments(project_id)
    reversed_ids = {row.reverses_id for row in rows}
    return [row for row in rows if row.reverses_id is None and row.id not in reversed_ids]


def guarantors(project_id: int) -> Sequence[Guarantor]:
    found = select(Guarantor).where(Guarantor.project_id == project_id).options(joinedload(Guarantor.client))
    return session().scalars(found.order_by(Guarantor.id)).all()


def vouched_for(client_id: int) -> Sequence[Any]:
    """Projects one sees for which the client stands surety: (project, guarantor)."""
    found = select(Project, Guarantor).join(Guarantor, Guarantor.project_id == Project.id)
    return session().execute(found.where(Guarantor.client_id == client_id, visible()).order_by(Guarantor.id)).all()


def collateral(project_id: int) -> Sequence[Collateral]:
    found = select(Collateral).where(Collateral.project_id == project_id)
    return session().scalars(found.order_by(Collateral.id)).all()


def contracts(project_id: int) -> Sequence[Contract]:
    return session().scalars(select(Contract).where(Contract.project_id == project_id).order_by(Contract.id)).all()


def derived_numbers(project: Project) -> dict[str, str]:
    """Number on the paper -> the archive's, of the contracts filed in the project's dossier (L-21)."""
    found = select(Item.original_no, Item.derived_no).where(Item.dossier_id == project.dossier_id)
    filed = found.where(Item.derived_no.is_not(None), Item.original_no != "")
    return {row.original_no: row.derived_no for row in session().execute(filed.order_by(Item.id.desc()))}


def clients_to_choose() -> dict[int, str]:
    """Those one sees, for an application: id -> name with what tells two of one name apart."""
    columns = Client.id, Client.name, Client.credit_code, Client.id_masked
    found = session().execute(select(*columns).where(visible_clients()).order_by(Client.name, Client.id))
    return {row.id: " ".join(filter(None, (row.name, row.credit_code or row.id_masked))) for row in found}


def evidence_ids(project: Project) -> set[int]:
    """The uploads that prove something of the project."""
    proofs = union_all(
        *(
            select(table.evidence_id).where(table.project_id == project.id)
            for table in (Decision, EndCorrection, Repayment, SettlementCheck)
        ),
        *(select(table.end_evidence_id).where(table.project_id == project.id) for table in (Guarantor, Collateral)),
    )
    own = (project.end_evidence_id, project.settled_evidence_id, *session().scalars(proofs))
    return {key for key in own if key is not None}


def ever_transferors(project_ids: Sequence[int]) -> dict[int, set[int]]:
    """Project -> whoever was its A or B before, and those of today."""
    found: dict[int, set[int]] = {key: set() for key in project_ids}
    today = select(Project.id, Project.a_id, Project.b_id).where(Project.id.in_(project_ids))
    before = select(RoleChange.project_id, RoleChange.from_id, RoleChange.to_id)
    for row in session().execute(union_all(today, before.where(RoleChange.project_id.in_(project_ids)))):
        found[row[0]].update(row[1:])
    return found


def freeing_papers(project_ids: Sequence[int]) -> dict[int, int]:
    """Project -> the upload that says why its title documents go back: of the settlement, or that nothing was lent."""
    settled = (
        select(Project.id, func.coalesce(Project.settled_evidence_id, SettlementCheck.evidence_id))
        .join(SettlementCheck, SettlementCheck.project_id == Project.id)
        .where(Project.id.in_(project_ids), Project.state == ProjectState.settled)
    )
    ended = (
        select(Decision.project_id, Decision.evidence_id)
        .join(Project, Project.id == Decision.project_id)
        .where(Project.id.in_(project_ids), Decision.verdict.in_((Verdict.refused, Verdict.withdrawn)))
        .where(Project.state.in_((ProjectState.refused, ProjectState.withdrawn)))
    )
    found = session().execute(union_all(settled, ended).subquery().select()).all()
    return {row[0]: row[1] for row in found if row[1]}


def get_import(register_import_id: int) -> RegisterImport:
    found = select(RegisterImport).where(RegisterImport.id == register_import_id)
    whole = joinedload(RegisterImport.upload), joinedload(RegisterImport.job)
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def lock_imports() -> None:
    """Nobody else takes a register over until the unit of work ends."""
    session().execute(select(RegisterImport.id).order_by(RegisterImport.id).with_for_update())


def working_import() -> int | None:
    """The one that background work is under way for."""
    live = select(RegisterImport.id).join(Job, Job.id == RegisterImport.job_id)
    return session().scalar(live.where(Job.state.not_in((JobState.done, JobState.failed, JobState.cancelled))))
