"""A project from its application to its settlement."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit import queries
from crm.archive.credit.events import (
    ProjectAdded,
    ProjectApproved,
    ProjectChanged,
    ProjectEnded,
    ProjectRefused,
    ProjectSettled,
    ProjectWithdrawn,
    SettlementChecked,
)
from crm.archive.credit.models import (
    BASIS_TITLES,
    PROJECT_TITLES,
    WORKFLOW,
    Client,
    Decision,
    EndBasis,
    Project,
    ProjectKind,
    ProjectState,
    SettlementCheck,
    Verdict,
)
from crm.archive.credit.ranks import DEPUTY_LIMIT, MANAGER_LIMIT, Limits, may_approve, rank_needed
from crm.archive.credit.service import papers
from crm.archive.credit.service.changes import refuse_own
from crm.archive.credit.terms import Terms, in_ten_thousands
from crm.audit.log import record
from crm.auth.models import User
from crm.auth.titles import ROLE_TITLES
from crm.dates import business_day, months_later, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.web.language import kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the client asks for, as A enters it. An empty title is made of client, sum and kind."""

    kind: ProjectKind
    terms: Terms
    applied_on: date
    purpose: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a meeting resolved, or the client wrote: the day, its number, why, and the paper."""

    decided_on: date
    evidence: Upload
    number: str = ""
    reason: str = ""
    approver_id: int | None = field(default=None)


def add_project(client: Client, application: Application, a_id: int, b_id: int) -> Project:
    """Raises `DomainError` unless A and B are two project managers; the dossier opens with it."""
    _expect_managers(a_id, b_id)
    project = Project(
        kind=application.kind,
        client_id=client.id,
        client=client,
        title=application.title or made_title(client.name, application.terms.amount, application.kind),
        purpose=application.purpose,
        applied_on=application.applied_on,
        state=ProjectState.applied,
        a_id=a_id,
        b_id=b_id,
        department_id=session().get_one(User, a_id).department_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
        **asdict(application.terms),
    )
    session().add(project)
    session().flush()
    papers.open_dossier(project)
    record(
        ProjectAdded(
            client_id=client.id,
            kind=project.kind.value,
            title=project.title,
            amount=project.amount,
            **papers.subjects(project),
        )
    )
    return project


def made_title(client: str, amount: Decimal, kind: ProjectKind) -> str:
    """鑫源商贸有限公司 500万 借款, as the register's books say it: kept, so in Chinese whoever enters it."""
    return f"{client} {in_ten_thousands(amount)} {kept(PROJECT_TITLES[kind])}"


def change_application(project: Project, application: Application) -> None:
    """Before it is decided; afterwards the terms stand. A and B are replaced by name, at any time (L-06)."""
    WORKFLOW.take(project, "edit")
    new = {
        "kind": application.kind,
        "purpose": application.purpose,
        "applied_on": application.applied_on,
        **asdict(application.terms),
    }
    if changes := _change(project, new, application.title):
        record(ProjectChanged(project_id=project.id, changes=changes))


def _change(project: Project, new: dict[str, Any], title: str) -> dict[str, list[Any]]:
    """Field -> [old, new] of what differs. A made title follows the sum, and the dossier the title."""
    client = session().get_one(Client, project.client_id).name
    if title in ("", made_title(client, project.amount, project.kind)):
        title = made_title(client, new["amount"], new.get("kind", project.kind))
    new = new | {"title": title}
    changes = {name: [getattr(project, name), value] for name, value in new.items() if getattr(project, name) != value}
    for name, (_old, value) in changes.items():
        setattr(project, name, value)
    if changes:
        session().flush()
        papers.follow(project)
    return changes


def _expect_managers(a_id: int, b_id: int) -> None:
    if a_id == b_id:
        raise DomainError(_("A and B must be two different project managers (L-06). Choose another one as B."))
    known = queries.project_managers()
    for user_id in (a_id, b_id):
        if user_id not in known:
            raise DomainError(_("A and B must be project managers in service. Choose somebody of the list."))


def approve(project: Project, resolution: Resolution, terms: Terms | None = None) -> None:
    """`terms`: what was granted, where it differs from what was asked for."""
    granted = terms or Terms(amount=project.amount, term_months=project.term_months, rate=project.rate)
    WORKFLOW.expect(project, "approve")
    _expect_approver(project, resolution, max(project.amount, granted.amount))
    _decide(project, resolution, Verdict.approved)
    changes = _change(project, asdict(granted), project.title)
    project.approved_on = resolution.decided_on
    WORKFLOW.take(project, "approve")
    record(
        ProjectApproved(
            decided_on=resolution.decided_on,
            resolution_no=resolution.number,
            amount=project.amount,
            changes=changes,
            **papers.subjects(project),
        )
    )


def refuse(project: Project, resolution: Resolution) -> None:
    """The dossier stays; a number reserved for it becomes void."""
    WORKFLOW.expect(project, "refuse")
    _expect_approver(project, resolution, project.amount)
    _decide(project, resolution, Verdict.refused)
    WORKFLOW.take(project, "refuse")
    papers.give_number_up(project, _l("Turned down: %(reason)s", reason=resolution.reason))
    record(
        ProjectRefused(
            decided_on=resolution.decided_on,
            resolution_no=resolution.number,
            reason=resolution.reason,
            **papers.subjects(project),
        )
    )


def withdraw(project: Project, resolution: Resolution) -> None:
    """The client's own step: nobody approves it."""
    WORKFLOW.expect(project, "withdraw")
    _decide(project, resolution, Verdict.withdrawn)
    WORKFLOW.take(project, "withdraw")
    papers.give_number_up(project, _l("Withdrawn: %(reason)s", reason=resolution.reason))
    record(ProjectWithdrawn(decided_on=resolution.decided_on, reason=resolution.reason, **papers.subjects(project)))


def _decide(project: Project, resolution: Resolution, verdict: Verdict) -> None:
    _expect_day(resolution.decided_on, project.approved_on or project.applied_on)
    if verdict is not Verdict.approved and not resolution.reason:
        raise DomainError(_("Write the reason: it stands in the register for good."))
    session().add(
        Decision(
            project_id=project.id,
            verdict=verdict,
            decided_on=resolution.decided_on,
            resolution_no=resolution.number,
            reason=resolution.reason,
            approver_id=resolution.approver_id,
            a_id=project.a_id,
            b_id=project.b_id,
            evidence_id=resolution.evidence.id,
            entered_by=g.actor.name,
            entered_at=utc_now(),
        )
    )


def _expect_approver(project: Project, resolution: Resolution, amount: Decimal) -> None:
    """Raises `DomainError` naming who may, when this approver may not."""
    if not resolution.number:
        raise DomainError(_("Write the number of the meeting's resolution."))
    if resolution.approver_id is None or project.is_transferor(resolution.approver_id):
        raise DomainError(_("Neither A nor B decides about the own project. Ask a manager to do it."))
    if reason := rank_hindrance(project, resolution.approver_id, amount):
        raise DomainError(reason)


def rank_hindrance(project: Project, user_id: int, amount: Decimal) -> str:
    """Why this person may not decide about so much, or ""."""
    limits, roles = limits_on(business_day()), queries.roles_of(user_id)
    own = queries.supervises(user_id, project.department_id)
    if may_approve(roles, amount, limits, supervises=own):
        return ""
    return _(
        "%(sum)s yuan are approved by: %(rank)s or above, a deputy general manager for the own departments only.",
        sum=f"{amount:,.2f}",
        rank=ROLE_TITLES[rank_needed(amount, limits)],
    )


def limits_on(day: date) -> Limits:
    return Limits(DEPUTY_LIMIT.on(day), MANAGER_LIMIT.on(day))


def end_project(
    project: Project,
    ends_on: date,
    basis: EndBasis,
    evidence: Upload,
    *,
    due_on: date | None = None,
    remark: str = "",
) -> None:
    """Disbursed, or the guarantee given: the number is reserved in this day's year (A-10) and the clocks start."""
    WORKFLOW.expect(project, "end")
    _expect_day(ends_on, project.approved_on or project.applied_on)
    due = due_on or months_later(ends_on, project.term_months)
    if due <= ends_on:
        raise DomainError(_("The due day must lie after the day of the end."))
    project.ends_on, project.basis, project.end_remark = ends_on, basis, remark
    project.due_on, project.end_evidence_id = due, evidence.id
    WORKFLOW.take(project, "end")
    session().flush()
    papers.reserve_number(project, ends_on.year)
    papers.move_number(project, ends_on.year, kept(BASIS_TITLES[basis]))
    record(ProjectEnded(ends_on=ends_on, due_on=due, basis=basis.value, **papers.subjects(project)))


def settle(project: Project, settled_on: date, evidence: Upload, remark: str = "") -> None:
    """结清 of a loan, when nothing is outstanding; 解保 of a guarantee."""
    queries.lock(project)
    WORKFLOW.expect(project, "settle")
    _expect_day(settled_on, project.ends_on or settled_on)
    last = max((row.paid_on for row in queries.standing_repayments(project.id)), default=settled_on)
    if settled_on < last:
        raise DomainError(
            _("A repayment of %(day)s stands after this day. Write the day of the last one or later.", day=last)
        )
    project.settled_on, project.settled_evidence_id, project.settled_remark = settled_on, evidence.id, remark
    WORKFLOW.take(project, "settle")
    session().flush()
    record(ProjectSettled(settled_on=settled_on, **papers.subjects(project)))


def check_settlement(project: Project, evidence: Upload | None = None) -> None:
    """By a manager who is neither A nor B; only then the title documents are free.

    `evidence` for what was taken over from a register without a paper.
    """
    queries.lock(project)
    WORKFLOW.expect(project, "check_settlement")
    refuse_own(project)
    if evidence is None and project.settled_evidence_id is None:
        raise DomainError(_("The settlement has no paper yet. Attach the settlement certificate."))
    session().add(
        SettlementCheck(
            project_id=project.id,
            evidence_id=evidence.id if evidence else None,
            checked_by_id=g.actor.user_id,
            checked_by=g.actor.name,
            checked_at=utc_now(),
        )
    )
    session().flush()
    session().refresh(project, ["settlement_checked_at"])
    record(SettlementChecked(settled_on=project.settled_on, **papers.subjects(project)))


def _expect_day(day: date, first: date) -> None:
    if day > business_day():
        raise DomainError(_("The day must not be later than today."))
    if day < first:
        raise DomainError(_("The day cannot lie before %(day)s, the step before it.", day=first))
