"""The tree of what can be broken, as the company keeps it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.repairs.categories import queries, service
from crm.repairs.categories.forms import CategoryForm, NewCategoryForm, ProblemForm
from crm.repairs.categories.models import (
    PLACE_TITLES,
    PRIORITY_TITLES,
    TRADES,
    WARRANTY_TITLES,
    Place,
    Priority,
    WarrantyPart,
)
from crm.trees.pages import add_deeds, at
from crm.web.forms import attempt, choices, form_page, is_current

blueprint = Blueprint("repair_categories", __name__, url_prefix="/repairs/categories")
READ, KEEP = Permission.repair_read, Permission.repair_keep


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return render_template(
        "repairs/categories/index.html",
        tree=queries.tree(),
        places=PLACE_TITLES,
        priorities=PRIORITY_TITLES,
        warranties=WARRANTY_TITLES,
        trades={entry.code: entry.title for entry in TRADES.entries()},
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    """`place` in the address proposes where."""
    form = NewCategoryForm(data={"place": request.args.get("place", Place.home.value)})
    if form.validate_on_submit() and (
        made := attempt(form, service.add_category, Place(form.place.data), form.name.data)
    ):
        flash(_("The category is added. Now add its problems."))
        return redirect(at(made))
    return form_page(form, _("New category"), url_for(".index"))


@blueprint.route("/<int:repair_category_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def new_problem(repair_category_id: int) -> ResponseReturnValue:
    category = queries.get_category(repair_category_id)
    form = _offering_trades(ProblemForm(), "")
    if form.validate_on_submit() and attempt(form, service.add_problem, category, _values(form)):
        return redirect(at(category))
    return form_page(form, _("New problem"), at(category), intro=category.name)


@blueprint.route("/<int:repair_category_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(repair_category_id: int) -> ResponseReturnValue:
    category = queries.get_category(repair_category_id)
    is_problem = category.parent_id is not None
    form: Any = ProblemForm(obj=category) if is_problem else CategoryForm(obj=category)
    if is_problem:
        _offering_trades(form, category.trade)
    if (
        form.validate_on_submit()
        and is_current(form, category, timeline("repair_category", category.id))
        and attempt(form, service.change, category, _values(form))
    ):
        flash(_("Saved."))
        return redirect(at(category))
    title = _("Change the problem") if is_problem else _("Change the category")
    return form_page(form, title, at(category), intro=category.full_name)


def _offering_trades(form: ProblemForm, keep: str) -> ProblemForm:
    form.trade.choices = choices(dict(TRADES.choices(keep)), empty=_("Please choose"))
    return form


def _values(form: Any) -> dict[str, Any]:
    given = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    if "priority" in given:
        warranty = WarrantyPart(given["warranty"]) if given["warranty"] else None
        given |= {"priority": Priority(given["priority"]), "warranty": warranty}
    return given


add_deeds(blueprint, service.TREE, KEEP)
