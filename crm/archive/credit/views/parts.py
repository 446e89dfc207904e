"""What belongs to a project: repayments, guarantors, collateral, contracts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import abort, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import queries, service
from crm.archive.credit.forms import CollateralForm, ContractForm, GuarantorForm, ReasonForm, ReleaseForm, RepaymentForm
from crm.archive.credit.models import WORKFLOW, ClientKind, CollateralKind, Project
from crm.archive.credit.offers import hindrance
from crm.archive.credit.service import Surety
from crm.archive.credit.views.pages import (
    APPROVE,
    PREPARE,
    blueprint,
    evidence,
    kept,
    step_page,
    to_project,
)
from crm.auth.permissions import requires
from crm.web.forms import attempt, choices, hindered, opened_on, stand_on


def _part(
    found: Project, name: str, form: Any, title: str, tab: str, act: Callable[[Project, Any], Any]
) -> ResponseReturnValue:
    stand_on(form, found)
    if hindered(form, hindrance(found, name)):
        return step_page(form, found, title, tab)
    if form.validate_on_submit() and opened_on(form, found) and attempt(form, act, found, form):
        flash(_("Entered: %(step)s.", step=title))
        return to_project(found, tab)
    return step_page(form, found, title, tab)


def _one(rows: Sequence[Any], row_id: int) -> Any:
    """404 for a row of another project."""
    return next((row for row in rows if row.id == row_id), None) or abort(404)


@blueprint.route("/projects/<int:project_id>/repay", methods=["GET", "POST"])
@requires(PREPARE)
def repay(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _part(found, "repay", RepaymentForm(), str(WORKFLOW["repay"].title), "money", _repay)


def _repay(found: Project, form: Any) -> None:
    principal, interest = form.principal.data or Decimal(0), form.interest.data or Decimal(0)
    note, proof = form.note.data or "", kept(form.evidence.data)
    service.repay(found, form.paid_on.data, principal, interest, note=note, evidence=proof)


@blueprint.route("/projects/<int:project_id>/repayments/<int:repayment_id>/reverse", methods=["GET", "POST"])
@requires(PREPARE)
def reverse(project_id: int, repayment_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    row = _one(queries.repayments(found.id), repayment_id)
    title = str(WORKFLOW["reverse"].title)
    return _part(
        found, "reverse", ReasonForm(), title, "money", lambda it, form: service.reverse(it, row, form.reason.data)
    )


@blueprint.route("/projects/<int:project_id>/guarantors/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_guarantor(project_id: int) -> ResponseReturnValue:
    found, form = queries.get_project(project_id), GuarantorForm()
    form.client_id.choices = choices(queries.clients_to_choose(), empty=_("Not registered: named below"))
    return _part(found, "secure", form, _("Enter a guarantor"), "securities", _add_guarantor)


def _add_guarantor(found: Project, form: Any) -> None:
    service.add_guarantor(found, _surety(form), form.amount.data or None, form.note.data or "")


def _surety(form: Any) -> Surety:
    if not form.client_id.data:
        return Surety(ClientKind(form.kind.data), form.name.data)
    client = queries.get_client(int(form.client_id.data))
    return Surety(client.kind, client.name, client.id)


@blueprint.route("/projects/<int:project_id>/guarantors/<int:guarantor_id>/release", methods=["GET", "POST"])
@requires(APPROVE)
def release_guarantor(project_id: int, guarantor_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    row = _one(queries.guarantors(found.id), guarantor_id)
    title = _("Release the guarantor %(name)s", name=row.name)
    return _part(
        found,
        "release",
        ReleaseForm(),
        title,
        "securities",
        lambda it, form: service.release_guarantor(it, row, form.reason.data, evidence(form)),
    )


@blueprint.route("/projects/<int:project_id>/collateral/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_collateral(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _part(found, "secure", CollateralForm(), _("Enter collateral"), "securities", _add_collateral)


def _add_collateral(found: Project, form: Any) -> None:
    kind, number, value = CollateralKind(form.kind.data), form.certificate_no.data or "", form.value.data or None
    service.add_collateral(found, kind, form.description.data, form.owner.data, certificate_no=number, value=value)


@blueprint.route("/projects/<int:project_id>/collateral/<int:collateral_id>/release", methods=["GET", "POST"])
@requires(APPROVE)
def release_collateral(project_id: int, collateral_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    row = _one(queries.collateral(found.id), collateral_id)
    title = _("Release %(name)s", name=row.description)
    return _part(
        found,
        "release",
        ReleaseForm(),
        title,
        "securities",
        lambda it, form: service.release_collateral(it, row, form.reason.data, evidence(form)),
    )


@blueprint.route("/projects/<int:project_id>/contracts/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_contract(project_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    return _part(found, "secure", ContractForm(), _("Enter a contract"), "securities", _add_contract)


def _add_contract(found: Project, form: Any) -> None:
    service.add_contract(
        found,
        form.title.data,
        form.original_no.data,
        parties=form.parties.data or "",
        signed_on=form.signed_on.data,
        amount=form.amount.data or None,
    )


@blueprint.route("/projects/<int:project_id>/contracts/<int:contract_id>/void", methods=["GET", "POST"])
@requires(PREPARE)
def void_contract(project_id: int, contract_id: int) -> ResponseReturnValue:
    found = queries.get_project(project_id)
    row = _one(queries.contracts(found.id), contract_id)
    title = _("%(name)s was entered wrongly", name=f"{row.title} {row.original_no}")
    return _part(
        found,
        "secure",
        ReasonForm(),
        title,
        "securities",
        lambda it, form: service.void_contract(it, row, form.reason.data),
    )
