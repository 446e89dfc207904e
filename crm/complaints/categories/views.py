"""The tree of what is complained about, as the company keeps it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.auth.queries import departments
from crm.complaints.categories import queries, service
from crm.complaints.categories.forms import GroupForm, KindForm
from crm.complaints.categories.models import SEVERITY_TITLES, SEVERITY_TONES, Severity
from crm.trees.pages import add_deeds, at
from crm.web.forms import attempt, choices, form_page, is_current

blueprint = Blueprint("complaint_categories", __name__, url_prefix="/complaints/categories")
READ, KEEP = Permission.complaint_read, Permission.complaint_keep


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return render_template(
        "complaints/categories/index.html",
        tree=queries.tree(),
        severities=SEVERITY_TITLES,
        tones=SEVERITY_TONES,
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    form = GroupForm()
    if form.validate_on_submit() and (made := attempt(form, service.add_group, form.name.data)):
        flash(_("The group is added. Now add what is complained about."))
        return redirect(at(made))
    return form_page(form, _("New group"), url_for(".index"))


@blueprint.route("/<int:complaint_category_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def new_kind(complaint_category_id: int) -> ResponseReturnValue:
    group = queries.get_category(complaint_category_id)
    form = _offering_departments(KindForm(data={"department_id": group.department_id}))
    if form.validate_on_submit() and attempt(form, service.add_kind, group, _values(form)):
        return redirect(at(group))
    return form_page(form, _("New category"), at(group), intro=group.name)


@blueprint.route("/<int:complaint_category_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(complaint_category_id: int) -> ResponseReturnValue:
    category = queries.get_category(complaint_category_id)
    is_kind = category.parent_id is not None
    form: Any = _offering_departments(KindForm(obj=category)) if is_kind else GroupForm(obj=category)
    if (
        form.validate_on_submit()
        and is_current(form, category, timeline("complaint_category", category.id))
        and attempt(form, service.change, category, _values(form))
    ):
        flash(_("Saved."))
        return redirect(at(category))
    title = _("Change the category") if is_kind else _("Change the group")
    return form_page(form, title, at(category), intro=category.full_name)


def _offering_departments(form: KindForm) -> KindForm:
    form.department_id.choices = choices(departments(), empty=_("No department of ours"))
    return form


def _values(form: Any) -> dict[str, Any]:
    given = {name: value for name, value in form.data.items() if name not in {"csrf_token", "version"}}
    return given | {"severity": Severity(given["severity"])} if "severity" in given else given


add_deeds(blueprint, service.TREE, KEEP)
