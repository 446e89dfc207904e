"""The list of what is checked, as the company keeps it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.renovations.acceptance.items import queries, service
from crm.renovations.acceptance.items.forms import GroupForm, ItemForm
from crm.renovations.acceptance.items.models import APPLIES_TITLES
from crm.renovations.works.queries import works
from crm.trees.pages import add_deeds, at
from crm.web.forms import attempt, choices, form_page, is_current

blueprint = Blueprint("renovation_check_items", __name__, url_prefix="/renovations/check-items")
READ, KEEP = Permission.renovation_read, Permission.renovation_decide


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return render_template(
        "renovations/acceptance/items.html", tree=queries.tree(), may_keep=g.actor.may(KEEP), applies=APPLIES_TITLES
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form = _with_works(GroupForm())
    if form.validate_on_submit() and (made := attempt(form, service.add_group, _values(form))):
        flash(_("The group is added. Now add its items."))
        return redirect(at(made))
    return form_page(form, _("New group of check items"), url_for(".index"))


@blueprint.route("/<int:renovation_check_item_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def new_item(renovation_check_item_id: int) -> ResponseReturnValue:
    group, form = queries.get_item(renovation_check_item_id), ItemForm()
    if form.validate_on_submit() and attempt(form, service.add_item, group, _values(form)):
        return redirect(at(group))
    return form_page(form, _("New check item"), at(group), intro=group.name)


@blueprint.route("/<int:renovation_check_item_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(renovation_check_item_id: int) -> ResponseReturnValue:
    each = queries.get_item(renovation_check_item_id)
    form: Any = ItemForm(obj=each) if each.parent_id is not None else _with_works(GroupForm(obj=each))
    history = timeline("renovation_check_item", each.id)
    if (
        form.validate_on_submit()
        and is_current(form, each, history)
        and attempt(form, service.change, each, _values(form))
    ):
        flash(_("Saved."))
        return redirect(at(each))
    title = _("Change the group") if each.parent_id is None else _("Change the check item")
    return form_page(form, title, at(each), intro=each.full_name)


def _with_works(form: Any) -> Any:
    named = {each.id: each.full_name for each in works(keep=form.work_id.object_data)}
    form.work_id.choices = choices(named, empty=_("No kind of work"))
    return form


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}


add_deeds(blueprint, service.TREE, KEEP)
