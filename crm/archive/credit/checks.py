"""What the filing review asks of loans and guarantees: client, securities, contracts, days. L-01, L-06, L-21."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, or_, select

from crm.archive.credit.figures import APPROVED_DAYS
from crm.archive.credit.models import (
    Client,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    Project,
    ProjectKind,
    ProjectState,
)
from crm.archive.dossiers import measures
from crm.archive.dossiers.checking import CREDIT, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.queries import is_removed
from crm.auth.models import User, UserRole
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.identity import credit_code_fault, id_number_fault
from crm.phones import is_placeholder_phone, normalise_phone
from crm.secrecy import unseal

RUNNING = (ProjectState.applied, ProjectState.approved, ProjectState.ended)
CERTIFIED = (CollateralKind.real_estate, CollateralKind.land, CollateralKind.vehicle)  # entered in a public register
Find = Callable[[date], Select[*tuple[Any, ...]]]


def _projects(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(Dossier).join(Project, Project.dossier_id == Dossier.id)


def _ended(table: Any, **told: Any) -> Select[*tuple[Any, ...]]:
    """What stands behind a debt that is not settled."""
    found = _projects(*finding(key=cast(table.id, String), about_id=Project.id, **told))
    standing = found.join(table, table.project_id == Project.id).where(table.ended_at.is_(None))
    return standing.where(Project.state == ProjectState.ended)


# The client


def _clients(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Of projects that run; each in the dossier of every project."""
    found = _projects(*finding(about_id=Client.id, detail=Client.name), *columns)
    return found.join(Client, Client.id == Project.client_id).where(Project.state.in_(RUNNING))


def _of(condition: ColumnElement[bool]) -> Find:
    return lambda _day: _clients().where(condition)


COMPANY, PERSON = Client.kind == ClientKind.company, Client.kind == ClientKind.person
NUMBERLESS = or_(and_(COMPANY, Client.credit_code == ""), and_(PERSON, Client.id_index.is_(None)))


def _numbered(_day: date) -> Select[*tuple[Any, ...]]:
    return _clients(Client.kind, Client.credit_code, Client.id_sealed).where(~NUMBERLESS)


def _is_wrong(row: Any) -> bool:
    if row.kind is ClientKind.company:
        return bool(credit_code_fault(row.credit_code))
    try:
        return bool(id_number_fault(unseal(row.id_sealed), business_day()))
    except InvalidTag:
        return True  # nobody can read it any more: it has to be entered anew


def _phones(_day: date) -> Select[*tuple[Any, ...]]:
    return _clients(Client.phone).where(Client.phone != "")


def _is_no_phone(row: Any) -> bool:
    return not normalise_phone(row.phone) or is_placeholder_phone(row.phone)


# Securities and contracts


def _uncertified(_day: date) -> Select[*tuple[Any, ...]]:
    certified = Collateral.kind.in_(CERTIFIED), Collateral.certificate_no == ""
    return _ended(Collateral, detail=Collateral.description).where(*certified)


def _undated(_day: date) -> Select[*tuple[Any, ...]]:
    return _ended(Contract, detail=Contract.original_no).where(Contract.signed_on.is_(None))


def _unfiled(_day: date) -> Select[*tuple[Any, ...]]:
    """No document of the filed dossier has the number that it was signed under, and none of them might be it."""
    found = _projects(*finding(key=cast(Contract.id, String), about_id=Project.id, detail=Contract.original_no))
    filed = found.join(Contract, Contract.project_id == Project.id).where(Dossier.state == DossierState.filed)
    number = measures.original_no()
    like = Item.dossier_id == Dossier.id, or_(number == Contract.original_no, and_(_is_contract(), number == ""))
    there = exists().where(*like, ~is_removed()).correlate(Dossier, Contract)
    return filed.where(Contract.ended_at.is_(None), ~there)


def _unnumbered(_day: date) -> Select[*tuple[Any, ...]]:
    found = _projects(*finding(key=cast(Item.id, String), detail=measures.document()))
    filed = found.join(Item, Item.dossier_id == Dossier.id).where(Dossier.state == DossierState.filed)
    return filed.where(_is_contract(), measures.original_no() == "", ~is_removed())


def _is_contract() -> ColumnElement[bool]:
    return Item.slot_id.in_(select(Slot.id).where(Slot.is_contract))


# The project


def _overdue(kind: ProjectKind) -> Find:
    def find(day: date) -> Select[*tuple[Any, ...]]:
        found = _projects(*finding(about_id=Project.id, detail=cast(Project.due_on, String)))
        return found.where(Project.kind == kind, Project.state == ProjectState.ended, Project.due_on < day)

    return find


def _stale(day: date) -> Select[*tuple[Any, ...]]:
    found = _projects(*finding(about_id=Project.id, detail=cast(Project.approved_on, String)))
    last = day - timedelta(days=APPROVED_DAYS.on(day))
    return found.where(Project.state == ProjectState.approved, Project.approved_on < last)


def _left(_day: date) -> Select[*tuple[Any, ...]]:
    """A or B of a running project has left, or is no project manager any more."""
    managers = select(UserRole.user_id).where(UserRole.role == RoleName.project_manager)
    role = case((User.id == Project.a_id, "A"), else_="B")
    found = _projects(*finding(key=role, about_id=Project.id, detail=User.full_name))
    theirs = found.join(User, or_(User.id == Project.a_id, User.id == Project.b_id))
    return theirs.where(Project.state.in_(RUNNING), or_(User.active.is_(False), User.id.not_in(managers)))


def _project(where: Where) -> str:
    return url_for("credit.project", project_id=where.about_id)


def _securities(where: Where) -> str:
    return url_for("credit.project", project_id=where.about_id, tab="securities")


def _client(where: Where) -> str:
    return url_for("credit.edit_client", client_id=where.about_id)


def _replace(where: Where) -> str:
    return url_for("credit.replace", project_id=where.about_id)


def _late(where: Where) -> str:
    return url_for("handover.register_late_of", project_id=where.about_id)


def _dossier(where: Where) -> str:
    return url_for("dossiers.show", dossier_id=where.dossier_id)


LOAN, GUARANTEE = frozenset({DossierKind.loan}), frozenset({DossierKind.guarantee})
CHECKS = (
    Check(
        kind="client_number_missing",
        title=_l("The client's number is missing"),
        advice=_l("Enter the unified social credit code, or the ID number of a person."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_of(NUMBERLESS),
        page=_client,
    ),
    Check(
        kind="client_phone_missing",
        title=_l("The client has no telephone"),
        advice=_l("Ask the client, and enter the number."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_of(Client.phone == ""),
        page=_client,
    ),
    Check(
        kind="representative_missing",
        title=_l("The client's legal representative is missing"),
        advice=_l("Enter the name, as the licence has it."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_of(and_(COMPANY, Client.legal_representative == "")),
        page=_client,
    ),
    Check(
        kind="client_number_wrong",
        title=_l("The client's number cannot be right"),
        advice=_l("Compare it with the licence or ID card: its check digit does not fit."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_numbered,
        sieve=_is_wrong,
        page=_client,
    ),
    Check(
        kind="client_phone_wrong",
        title=_l("The client's telephone cannot be right"),
        advice=_l("Ask the client, and enter the number."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_phones,
        sieve=_is_no_phone,
        page=_client,
    ),
    Check(
        kind="collateral_without_certificate",
        title=_l("Collateral without its certificate's number"),
        advice=_l("Have this entry released with the reason, and enter it anew with the number of its certificate."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_uncertified,
        page=_securities,
    ),
    Check(
        kind="contract_undated",
        title=_l("A contract without the day of its signing"),
        advice=_l("Make the entry void with the reason, and enter the contract anew with its day."),
        measure=Measure.valid,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_undated,
        page=_securities,
    ),
    Check(
        kind="contract_unfiled",
        title=_l("A contract does not lie in the filed dossier"),
        advice=_l("Hand it in as a supplement, correct the number of the filed one, or make a wrong entry void."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.archivist,
        find=_unfiled,
        page=_late,
    ),
    Check(
        kind="contract_unnumbered",
        title=_l("A filed contract without the number it was signed under"),
        advice=_l("Ask for a correction that says the number on the paper."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.archivist,
        find=_unnumbered,
        page=_dossier,
    ),
    Check(
        kind="loan_overdue",
        title=_l("The loan is due and not settled"),
        advice=_l("Enter the repayments and settle it, with the paper that proves it."),
        measure=Measure.valid,
        kinds=LOAN,
        role=RoleName.project_manager,
        find=_overdue(ProjectKind.loan),
        page=_project,
    ),
    Check(
        kind="guarantee_overdue",
        title=_l("The guarantee is over and not released"),
        advice=_l("Have the creditor release it, and settle it with the paper that proves it."),
        measure=Measure.valid,
        kinds=GUARANTEE,
        role=RoleName.project_manager,
        find=_overdue(ProjectKind.guarantee),
        page=_project,
    ),
    Check(
        kind="approval_stale",
        title=_l("Approved long ago and not disbursed"),
        advice=_l("Enter the project's end, or that the client withdrew."),
        measure=Measure.valid,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_stale,
        page=_project,
    ),
    Check(
        kind="transferor_left",
        title=_l("A or B is not at work any more"),
        advice=_l("Replace the one who left, with what was handed over."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.deputy_general_manager,
        find=_left,
        page=_replace,
    ),
)
