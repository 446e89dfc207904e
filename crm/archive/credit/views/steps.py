"""The steps of a project's workflow, each a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import queries, service
from crm.archive.credit.forms import (
    ApproveForm,
    CheckSettlementForm,
    CorrectEndForm,
    EndForm,
    RefuseForm,
    ReplaceForm,
    SettleForm,
    WithdrawForm,
)
from crm.archive.credit.models import WORKFLOW, EndBasis, Project, ProjectKind
from crm.archive.credit.offers import hindrance
from crm.archive.credit.service import Resolution
from crm.archive.credit.terms import Terms
from crm.archive.credit.views.pages import (
    APPROVE,
    PREPARE,
    blueprint,
    evidence,
    kept,
    step_page,
    to_project,
)
from crm.auth.models import User
from crm.auth.permissions import requires
from crm.db import session
from crm.web.forms import attempt, choices, hindered, opened_on, stand_on


def _step(found: Project, name: str, form: Any, act: Callable[[Project, Any], Any]) -> ResponseReturnValue:
    """The form's page, or the step itself; refused with the reason where the project does not allow it now."""
    title = str(WORKFLOW[name].title)
    stand_on(form, found)
    if hindered(form, hindrance(found, name)):
        return step_page(form, found, title)
    if form.validate_on_submit() and opened_on(form, found) and attempt(form, act, found, form):
        flash(_("Entered: %(step)s.", step=title))
        return to_project(found)
    return step_page(form, found, title)


@blueprint.route("/projects/<int:project_id>/approve", methods=["GET", "POST"])
@requires(APPROVE)
def approve(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _step(found, "approve", ApproveForm(obj=found), _approve)


def _approve(found: Project, form: Any) -> None:
    terms = Terms(amount=form.amount.data, term_months=form.term_months.data, rate=form.rate.data)
    service.approve(found, _resolution(form), terms)


def _resolution(form: Any, approver_id: int | None = None) -> Resolution:
    return Resolution(
        decided_on=form.decided_on.data,
        evidence=evidence(form),
        number=form.number.data if "number" in form else "",
        reason=form.reason.data or "",
        approver_id=g.actor.user_id if "number" in form else approver_id,
    )


@blueprint.route("/projects/<int:project_id>/refuse", methods=["GET", "POST"])
@requires(APPROVE)
def refuse(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _step(found, "refuse", RefuseForm(), lambda made, form: service.refuse(made, _resolution(form)))


@blueprint.route("/projects/<int:project_id>/withdraw", methods=["GET", "POST"])
@requires(PREPARE)
def withdraw(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _step(found, "withdraw", WithdrawForm(), lambda made, form: service.withdraw(made, _resolution(form)))


@blueprint.route("/projects/<int:project_id>/end", methods=["GET", "POST"])
@requires(PREPARE)
def end(project_id: int) -> ResponseReturnValue:
    """放款 or 出具保函: the archive number is reserved and the hand-over's clocks start."""
    found = queries.get_project(project_id)
    usual = EndBasis.disbursement if found.kind is ProjectKind.loan else EndBasis.guarantee_given
    return _step(found, "end", EndForm(basis=usual.value), _end)


def _end(found: Project, form: Any) -> None:
    basis, due_on, remark = EndBasis(form.basis.data), form.due_on.data, form.remark.data or ""
    service.end_project(found, form.ends_on.data, basis, evidence(form), due_on=due_on, remark=remark)


@blueprint.route("/projects/<int:project_id>/settle", methods=["GET", "POST"])
@requires(PREPARE)
def settle(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _step(found, "settle", SettleForm(), _settle)


def _settle(found: Project, form: Any) -> None:
    service.settle(found, form.settled_on.data, evidence(form), form.remark.data or "")


@blueprint.route("/projects/<int:project_id>/check-settlement", methods=["GET", "POST"])
@requires(APPROVE)
def check_settlement(project_id: int) -> ResponseReturnValue:
    """Only what another than A and B has held against its paper frees title documents."""
    found = queries.get_project(project_id)
    form = CheckSettlementForm()
    return _step(
        found, "check_settlement", form, lambda made, given: service.check_settlement(made, kept(given.evidence.data))
    )


@blueprint.route("/projects/<int:project_id>/correct-end", methods=["GET", "POST"])
@requires(APPROVE)
def correct_end(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _step(found, "correct_end", CorrectEndForm(), _correct_end)


def _correct_end(found: Project, form: Any) -> None:
    service.correct_end(found, form.new.data, form.reason.data, evidence(form))


@blueprint.route("/projects/<int:project_id>/replace", methods=["GET", "POST"])
@requires(APPROVE)
def replace(project_id: int) -> ResponseReturnValue:
    found, form = queries.get_project(project_id), ReplaceForm()
    form.user_id.choices = choices(queries.project_managers())
    return _step(found, "replace", form, _replace)


def _replace(found: Project, form: Any) -> None:
    successor = session().get_one(User, form.user_id.data)
    service.replace(found, form.role.data, successor, form.reason.data, form.handed_over.data)
