"""A procedure is entered, described anew; a version of it is begun."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.permissions import requires
from crm.engineering.procedures import queries, service
from crm.engineering.procedures.forms import DraftForm, EnterForm, RenameForm
from crm.engineering.procedures.models import Procedure, ProcedureVersion
from crm.engineering.procedures.service import Named
from crm.engineering.procedures.views.pages import KEEP, address, blueprint, intro, propose_review, written
from crm.engineering.trades import Trade
from crm.properties.queries import estate_names
from crm.web.forms import attempt, choices, form_page, is_current


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form: Any = EnterForm(key=token_hex(12), estate_id=actor().estate_id)
    form.estate_id.choices = choices(estate_names(), empty=_("The whole company"))
    propose_review(form)
    if form.validate_on_submit() and (made := attempt(form, _enter, form)):
        flash(_("%(number)s is entered. Hand the draft in when it is ready.", number=made.number))
        return redirect(address(made.id))
    return form_page(form, _("Enter a work procedure"), url_for(".index"))


def _enter(form: Any) -> Procedure:
    named = Named(estate_id=form.estate_id.data, number=form.number.data, **_named(form))
    return service.enter(named, written(form), form.key.data or None)


def _named(form: Any) -> dict[str, Any]:
    trade = Trade(form.trade.data) if form.trade.data else None
    return {"title": form.title.data, "trade": trade, "about_units": form.about_units.data}


@blueprint.route("/<int:procedure_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(procedure_id: int) -> ResponseReturnValue:
    procedure = queries.get_procedure(procedure_id)
    form = RenameForm(obj=procedure)
    current = form.validate_on_submit() and is_current(form, procedure, timeline("procedure", procedure.id))
    if current and attempt(form, service.rename, procedure, _named(form)):
        flash(_("Saved."))
        return redirect(address(procedure.id))
    return form_page(form, _("Describe the procedure anew"), address(procedure.id), intro=intro(procedure))


@blueprint.route("/<int:procedure_id>/versions/new", methods=["GET", "POST"])
@requires(KEEP)
def new_version(procedure_id: int) -> ResponseReturnValue:
    """Begun with the text of the last one."""
    procedure = queries.get_procedure(procedure_id)
    last = next(iter(queries.versions_of(procedure.id)), None)
    form: Any = DraftForm(key=token_hex(12), text=last.text if last else "")
    propose_review(form)
    if form.validate_on_submit() and attempt(form, _draft, procedure, form):
        flash(_("The draft is kept. Hand it in when it is ready."))
        return redirect(address(procedure.id))
    return form_page(form, _("Write a new version"), address(procedure.id), intro=intro(procedure))


def _draft(procedure: Procedure, form: Any) -> ProcedureVersion:
    return service.draft(procedure, written(form), form.key.data or None)
