"""Departments, the two matrices, and other people's sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.admin import listings, matrices, queries
from crm.admin.forms import DepartmentForm, StepForm
from crm.admin.views.pages import P, account_tabs, blueprint, may
from crm.audit.queries import timeline
from crm.auth import accounts
from crm.auth.permissions import requires
from crm.lists import listing
from crm.web.forms import attempt, form_page, is_current


@blueprint.get("/departments")
@requires(P.user_read)
def departments() -> ResponseReturnValue:
    new = url_for(".new_department") if may(P.user_edit) else None
    return listing.answer(
        listings.departments(may_edit=may(P.user_edit)),
        "admin/list.html",
        tabs=account_tabs("departments"),
        new_url=new,
        new_text=_("New department"),
    )


@blueprint.route("/departments/new", methods=["GET", "POST"])
@requires(P.user_edit)
def new_department() -> ResponseReturnValue:
    form = DepartmentForm()
    if form.validate_on_submit() and attempt(form, accounts.add_department, form.name.data):
        flash(_("The department is added."))
        return redirect(url_for(".departments"))
    return form_page(form, _("New department"), url_for(".departments"))


@blueprint.route("/departments/<int:department_id>/edit", methods=["GET", "POST"])
@requires(P.user_edit)
def edit_department(department_id: int) -> ResponseReturnValue:
    department = queries.get_department(department_id)
    form = DepartmentForm(obj=department)
    current = form.validate_on_submit() and is_current(form, department, timeline("department", department.id))
    if current and attempt(form, accounts.rename_department, department, form.name.data):
        flash(_("The department is saved."))
        return redirect(url_for(".departments"))
    return form_page(
        form, _("Change the department"), url_for(".departments"), "admin/department.html", department=department
    )


@blueprint.post("/departments/<int:department_id>/remove")
@requires(P.user_edit)
def remove_department(department_id: int) -> ResponseReturnValue:
    accounts.remove_department(queries.get_department(department_id))
    flash(_("The department is removed."))
    return redirect(url_for(".departments"))


@blueprint.get("/roles")
@requires(P.user_read)
def roles() -> ResponseReturnValue:
    return matrices.answer(matrices.roles(), account_tabs("roles"))


@blueprint.get("/scopes")
@requires(P.user_read)
def scopes() -> ResponseReturnValue:
    return matrices.answer(matrices.estates(), account_tabs("scopes"))


@blueprint.get("/sessions")
@requires(P.user_read)
def sessions() -> ResponseReturnValue:
    return listing.answer(listings.sessions(may_end=may(P.user_edit)), "admin/list.html", tabs=account_tabs("sessions"))


@blueprint.route("/sessions/<int:session_id>/end", methods=["GET", "POST"])
@requires(P.user_edit)
def end_session(session_id: int) -> ResponseReturnValue:
    login, user = queries.get_session(session_id)
    form = StepForm()
    if form.validate_on_submit():
        accounts.end_session(login)
        flash(_("The session has ended."))
        return redirect(url_for(".sessions"))
    return render_template("admin/session.html", login=login, user=user, form=form)
