"""What is put right on the way: another A or B, another day of the end. Managers do it, never A or B themselves."""

from __future__ import annotations

from datetime import date

from flask import g
from flask_babel import gettext as _

from crm.archive.credit import queries
from crm.archive.credit.events import EndCorrected, TransferorReplaced
from crm.archive.credit.models import WORKFLOW, EndCorrection, Project, Role, RoleChange
from crm.archive.credit.service import papers
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import business_day, months_later, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload


def replace(project: Project, role: Role | str, to_user: User, reason: str, handed_over: str) -> RoleChange:
    """Another A or B takes over, with what was handed over (L-06). The other one and the dossier stay."""
    queries.lock(project)
    WORKFLOW.expect(project, "replace")
    refuse_own(project)
    role = Role(role)
    former_id, other_id = (project.a_id, project.b_id) if role is Role.a else (project.b_id, project.a_id)
    _expect_successor(to_user, former_id, other_id)
    if not (reason.strip() and handed_over.strip()):
        raise DomainError(_("Write why, and what was handed over: papers, keys, files, open matters."))
    setattr(project, role.value, to_user)
    setattr(project, f"{role.value}_id", to_user.id)
    if role is Role.a:
        project.department_id = to_user.department_id
    change = RoleChange(
        project_id=project.id,
        role=role,
        from_id=former_id,
        to_id=to_user.id,
        reason=reason,
        handed_over=handed_over,
        changed_by=g.actor.name,
        changed_at=utc_now(),
    )
    session().add(change)
    session().flush()
    papers.follow(project)
    record(
        TransferorReplaced(
            role=role.value,
            former_user_id=former_id,
            user_id=to_user.id,
            reason=reason,
            handed_over=handed_over,
            **papers.subjects(project),
        )
    )
    return change


def _expect_successor(to_user: User, former_id: int, other_id: int) -> None:
    if to_user.id == former_id:
        raise DomainError(_("This is who has the role now. Choose another project manager."))
    if to_user.id == other_id:
        raise DomainError(_("A and B must be two different project managers (L-06). Choose another one."))
    if to_user.id not in queries.project_managers():
        raise DomainError(_("Only a project manager in service can become A or B. Choose somebody of the list."))


def correct_end(project: Project, new: date, reason: str, evidence: Upload) -> EndCorrection:
    """The day was entered wrongly: a due day that followed from it follows again, and so does a reserved number."""
    WORKFLOW.expect(project, "correct_end")
    refuse_own(project)
    old = project.ends_on or new
    _expect_new_day(project, old, new)
    if not reason.strip():
        raise DomainError(_("Write why the day was wrong: it stands in the register for good."))
    if project.due_on == months_later(old, project.term_months):
        project.due_on = months_later(new, project.term_months)
    project.ends_on = new
    correction = EndCorrection(
        project_id=project.id,
        old=old,
        new=new,
        reason=reason,
        evidence_id=evidence.id,
        corrected_by=g.actor.name,
        corrected_at=utc_now(),
    )
    session().add(correction)
    session().flush()
    papers.move_number(project, new.year, reason)
    record(EndCorrected(old=old, new=new, reason=reason, **papers.subjects(project)))
    return correction


def _expect_new_day(project: Project, old: date, new: date) -> None:
    if new == old:
        raise DomainError(_("This is the day that stands already. Write the right one."))
    if new > business_day():
        raise DomainError(_("The day must not be later than today."))
    first = project.approved_on or project.applied_on
    if new < first:
        raise DomainError(_("The day cannot lie before %(day)s, the step before it.", day=first))
    paid = min((row.paid_on for row in queries.standing_repayments(project.id)), default=None)
    last = min((day for day in (project.settled_on, paid) if day), default=None)
    if last and new > last:
        raise DomainError(
            _("Money came back or the project was settled on %(day)s: the end cannot lie later.", day=last)
        )


def refuse_own(project: Project) -> None:
    if project.is_transferor(g.actor.user_id):
        raise DomainError(_("Neither A nor B changes this in the own project. Ask a manager to do it."))
