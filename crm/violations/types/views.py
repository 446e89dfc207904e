"""The tree of what can be violated, as the company keeps it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.trees.pages import add_deeds, at
from crm.violations.types import queries, service
from crm.violations.types.forms import CategoryForm, TypeForm
from crm.web.forms import attempt, form_page, is_current

blueprint = Blueprint("violation_types", __name__, url_prefix="/violations/types")
READ, KEEP = Permission.violation_read, Permission.violation_decide


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return render_template("violations/types.html", tree=queries.tree(), may_keep=g.actor.may(KEEP))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form = CategoryForm()
    if form.validate_on_submit() and (made := attempt(form, service.add_category, form.name.data)):
        flash(_("The category is added. Now add its types."))
        return redirect(at(made))
    return form_page(form, _("New category"), url_for(".index"))


@blueprint.route("/<int:violation_type_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def new_type(violation_type_id: int) -> ResponseReturnValue:
    category, form = queries.get_type(violation_type_id), TypeForm()
    if form.validate_on_submit() and attempt(form, service.add_type, category, _values(form)):
        return redirect(at(category))
    return form_page(form, _("New type of violations"), at(category), intro=category.name)


@blueprint.route("/<int:violation_type_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(violation_type_id: int) -> ResponseReturnValue:
    each = queries.get_type(violation_type_id)
    form: Any = TypeForm(obj=each) if each.parent_id is not None else CategoryForm(obj=each)
    if (
        form.validate_on_submit()
        and is_current(form, each, timeline("violation_type", each.id))
        and attempt(form, service.change, each, _values(form))
    ):
        flash(_("Saved."))
        return redirect(at(each))
    title = _("Change the category") if each.parent_id is None else _("Change the type of violations")
    return form_page(form, title, at(each), intro=each.full_name)


def _values(form: Any) -> dict[str, Any]:
    given = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    if "amount" in given:
        given["amount"] = given["amount"] or Decimal(0)
    return given


add_deeds(blueprint, service.TREE, KEEP)
