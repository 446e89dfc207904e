"""What a person keeps about a list: its layout, and filters under a name. The list itself says who may see it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.lists import queries, service
from crm.lists.asking import Asked, entered
from crm.lists.forms import ChangeFilterForm, LayoutForm, SaveFilterForm
from crm.lists.layouts import in_order
from crm.lists.models import SavedFilter
from crm.web.forms import attempt, form_page, is_current

blueprint = Blueprint("lists", __name__, url_prefix="/lists")


@blueprint.post("/layout")
@requires(Permission.signed_in)
def layout() -> ResponseReturnValue:
    asked, form = _asked(), LayoutForm()
    if "reset" in request.form:
        service.reset_layout(asked.key)
    elif form.validate():
        columns = _columns(asked)
        service.keep_layout(asked.key, columns=columns, density=form.density.data, page_size=form.page_size.data)
    else:
        abort(400)
    return redirect(_address())


def _columns(asked: Asked) -> list[str]:
    """The ticked columns in the order of their numbers; one stays in any case."""
    ticked = set(request.form.getlist("column"))
    places = {name.removeprefix("place-"): typed for name, typed in request.form.items() if name.startswith("place-")}
    stood = [column.name for column in asked.columns]
    stood += [column.name for column in asked.listing.columns if column.name not in stood]
    shown = [name for name in in_order(stood, places) if name in ticked]
    if not shown:
        flash(_("A list needs a column: the first one stays."), "warning")
    return shown or stood[:1]


@blueprint.post("/filters/new")
@requires(Permission.signed_in)
def save_filter() -> ResponseReturnValue:
    asked, form = _asked(), SaveFilterForm()
    if not g.actor.may(Permission.list_share):
        del form.shared
    if form.validate():
        name, shared = form.name.data or "", bool(form.data.get("shared"))
        if made := attempt(form, service.save_filter, asked.key, name, asked.parameters, shared=shared):
            flash(_("The filter %(name)s is saved.", name=made.name))
            return redirect(_address())
    return form_page(form, _("Save the filter"), _address(), intro=asked.listing.title)


@blueprint.route("/filters/edit", methods=["GET", "POST"])
@requires(Permission.signed_in)
def edit_filter() -> ResponseReturnValue:
    asked = _asked()
    row = _filter(asked)
    form = ChangeFilterForm(obj=row, address=_address())
    if not g.actor.may(Permission.list_share):
        del form.shared
    if form.validate_on_submit() and is_current(form, row, timeline("saved_filter", row.id)):
        shared = bool(form.data.get("shared", row.shared))
        if attempt(form, service.change_filter, row, form.name.data, shared=shared):
            return redirect(_address())
    remove = url_for(".delete_filter")
    return form_page(
        form, _("Change the filter"), _address(), "lists/filter.html", intro=asked.listing.title, row=row, remove=remove
    )


@blueprint.post("/filters/delete")
@requires(Permission.signed_in)
def delete_filter() -> ResponseReturnValue:
    row = _filter(_asked())
    service.delete_filter(row)
    flash(_("The filter %(name)s is deleted.", name=row.name))
    return redirect(_address())


@blueprint.post("/filters/default")
@requires(Permission.signed_in)
def choose_default() -> ResponseReturnValue:
    """The filter the list opens with for this person; without one the list opens whole."""
    asked = _asked()
    chosen = queries.get_filter(asked.key, _filter_id()) if request.form.get("filter") else None
    service.keep_layout(asked.key, default_filter_id=chosen.id if chosen else None)
    return redirect(_address())


def _address() -> str:
    return request.values.get("address", "")


def _asked() -> Asked:
    """The list the form stands on: 400 where there is none, the list's own answer to whoever may not see it."""
    with entered(_address()) as asked:
        return asked


def _filter(asked: Asked) -> SavedFilter:
    row = queries.get_filter(asked.key, _filter_id())
    return row if queries.may_change(row) else abort(403)


def _filter_id() -> int:
    return request.values.get("filter", 0, type=int)
