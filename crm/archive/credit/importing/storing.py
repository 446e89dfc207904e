"""Storing what was drafted, in the caller's unit of work."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.credit.events import ProjectImported
from crm.archive.credit.importing.draft import Draft, DraftedProject
from crm.archive.credit.models import (
    PROJECT_TITLES,
    Client,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    EndBasis,
    Guarantor,
    Project,
    ProjectKind,
    ProjectState,
    RegisterImport,
    Repayment,
)
from crm.archive.credit.queries import is_same_client, similar_clients
from crm.archive.credit.service import ClientFacts, complete_client, made_title, register_client
from crm.archive.credit.service.papers import KINDS, SUBJECT
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service import Opening, give_number, open_dossiers, set_readers
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.taking_over import take_over
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.secrecy import blind_index
from crm.web.language import kept
from crm.workbooks.readers import is_company

BASES = {ProjectKind.loan: EndBasis.disbursement, ProjectKind.guarantee: EndBasis.guarantee_given}


def find_client(facts: ClientFacts) -> Client | None:
    """The one with the same number, whatever its name; else the only one of that name and kind, unless it has another
    number."""
    index = blind_index(facts.id_number) if facts.id_number else ""
    found = similar_clients(facts.name, index, facts.credit_code)
    if found and is_same_client(found[0], index, facts.credit_code):
        return found[0]
    named = [client for client in found if client.kind is facts.kind]
    if index or facts.credit_code:
        named = [client for client in named if not (client.id_index or client.credit_code)]
    return named[0] if len(named) == 1 else None


def _client(facts: ClientFacts) -> Client:
    found = find_client(facts)
    if found is None:
        return register_client(facts)
    complete_client(found, facts)
    return found


def store(drafted: Draft, run: RegisterImport) -> None:
    """Clients, projects, numbers, dossiers, what came back. No hand-over begins: the papers lie in the archive."""
    numbers = _numbers(drafted)
    _add_numbers(drafted, numbers)
    made = [(project, _project(project)) for project in drafted.projects if not project.stands]
    session().flush()
    dossiers = _dossiers([project for _drafted, project in made])
    for plan, project in made:
        dossier = dossiers[project.id]
        project.dossier_id = dossier.id
        number = numbers.get(plan.key)
        if number:
            give_number(dossier, number)
        set_readers(dossier, (project.a_id, project.b_id))
        session().add_all(_parts(plan, project))
        record(_imported(run, plan, project))
    session().flush()


def _add_numbers(drafted: Draft, numbers: dict[str, ArchiveNumber]) -> None:
    """To those that an earlier file had without one."""
    for plan in (project for project in drafted.projects if project.stands):
        found = select(Dossier).join(Project, Project.dossier_id == Dossier.id)
        give_number(session().scalars(found.where(Project.imported_as == plan.facts)).one(), numbers[plan.key])


def _numbers(drafted: Draft) -> dict[str, ArchiveNumber]:
    """Number text -> the committed number."""
    reason = kept(_l("Not in the imported register"))
    found: dict[str, ArchiveNumber] = {}
    titles = {
        project.number: made_title(project.client.name, project.terms.amount, project.kind)
        for project in drafted.projects
        if project.number
    }
    for word, year in sorted(drafted.serials):
        wanted = {
            number.serial: title for number, title in titles.items() if (number.word, number.year) == (word, year)
        }
        found |= {row.text: row for row in take_over(word, year, wanted, reason, g.actor.name).values()}
    return found


def _project(plan: DraftedProject) -> Project:
    client = _client(plan.client)
    ended = plan.state in (ProjectState.ended, ProjectState.settled)
    project = Project(
        kind=plan.kind,
        client_id=client.id,
        title=made_title(client.name, plan.terms.amount, plan.kind),
        amount=plan.terms.amount,
        term_months=plan.terms.term_months,
        rate=plan.terms.rate,
        purpose=plan.purpose,
        applied_on=plan.applied_on,
        approved_on=plan.approved_on,
        ends_on=plan.ends_on,
        basis=BASES[plan.kind] if ended else None,
        note=plan.note,
        due_on=plan.due_on,
        settled_on=plan.settled_on,
        state=plan.state,
        a_id=plan.a_id,
        b_id=plan.b_id,
        department_id=session().get_one(User, plan.a_id).department_id,
        imported_as=plan.key,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(project)
    return project


def _dossiers(projects: list[Project]) -> dict[int, Dossier]:
    """Project id -> its dossier, in the archive's room."""
    for kind in ProjectKind:
        of_kind = [project for project in projects if project.kind is kind]
        open_dossiers(KINDS[kind], [_opening(project) for project in of_kind])
    ids = [project.id for project in projects]
    found = select(Dossier).where(Dossier.subject_kind == SUBJECT, Dossier.subject_id.in_(ids))
    return {dossier.subject_id: dossier for dossier in session().scalars(found)}


def _opening(project: Project) -> Opening:
    return Opening(
        subject_kind=SUBJECT,
        subject_id=project.id,
        title=project.title,
        opened_on=project.ends_on or project.applied_on,
    )


def _parts(plan: DraftedProject, project: Project) -> list[Any]:
    entered = {"project_id": project.id, "entered_by": g.actor.name, "entered_at": utc_now()}
    note = kept(_l("As the imported register says"))
    parts: list[Any] = [Guarantor(name=name, note=note, kind=_kind_of(name), **entered) for name in plan.guarantors]
    if plan.collateral:
        owner = plan.client.name
        kind = CollateralKind.other
        parts.append(Collateral(kind=kind, description=plan.collateral, owner=owner, **entered))
    title, signed = kept(PROJECT_TITLES[plan.kind]), plan.ends_on
    parts += [Contract(title=title, original_no=number, signed_on=signed, **entered) for number in plan.contracts]
    if plan.repaid:
        day = plan.settled_on or plan.ends_on  # when it came back is not said, and nothing may hinder the settlement
        parts.append(Repayment(paid_on=day, principal=plan.repaid, interest=plan.repaid * 0, note=note, **entered))
    return parts


def _kind_of(name: str) -> ClientKind:
    return ClientKind.company if is_company(name) else ClientKind.person


def _imported(run: RegisterImport, plan: DraftedProject, project: Project) -> ProjectImported:
    return ProjectImported(
        project_id=project.id,
        client_id=project.client_id,
        dossier_id=project.dossier_id,
        register_import_id=run.id,
        number=plan.number.text if plan.number else "",
        state=plan.state.value,
    )
