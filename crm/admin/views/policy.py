"""The company's figures and dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.admin import company
from crm.admin.forms import EntryForm, FigureForm, NewEntryForm, StepForm, figure_form
from crm.admin.views.pages import P, blueprint, may, policy_tabs
from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.policy import service
from crm.policy.dictionaries import Dictionary, Entry, get_dictionary
from crm.policy.figures import Figure, get_figure
from crm.web.forms import attempt, form_page, is_current

Found = TypeVar("Found")


def _or_404(find: Callable[[str], Found], key: str) -> Found:
    try:
        return find(key)
    except KeyError:
        abort(404)


@blueprint.get("/figures")
@requires(P.policy_read)
def figures() -> ResponseReturnValue:
    return render_template(
        "admin/figures.html", groups=company.figure_groups(business_day()), tabs=policy_tabs("figures")
    )


@blueprint.get("/figures/<figure_key>")
@requires(P.policy_read)
def figure(figure_key: str) -> ResponseReturnValue:
    found = _or_404(get_figure, figure_key)
    return render_template(
        "admin/figure.html",
        figure=found,
        line=company.line_of(found, business_day()),
        history=company.history_of(found, business_day()),
        may_edit=may(P.policy_edit),
    )


@blueprint.route("/figures/<figure_key>/set", methods=["GET", "POST"])
@requires(P.policy_edit)
@confirmed
def set_figure(figure_key: str) -> ResponseReturnValue:
    """A new value; opened with the present one, saving it unchanged and ticked confirms it."""
    found, day = _or_404(get_figure, figure_key), business_day()
    latest, present = service.latest_of(found), company.typed(found.on(day))
    form = figure_form(found, data={"version": latest.version, "valid_from": day, "value": present})
    if form.validate_on_submit() and is_current(form, latest, fields=("value",)) and attempt(form, _set, found, form):
        flash(_("The figure is set."))
        return redirect(url_for(".figure", figure_key=found.key))
    back = url_for(".figure", figure_key=found.key)
    return form_page(form, _("Set the figure"), back, "admin/figure_form.html", intro=found.title, figure=found)


def _set(found: Figure[Any], form: FigureForm) -> None:
    service.set_value(
        found,
        found.parsed(form["value"].data or ""),
        form.valid_from.data or business_day(),
        business_day(),
        form.basis.data or "",
        confirmed=form.confirmed.data,
        latest=form.version.data or 0,
    )


@blueprint.get("/dictionaries")
@requires(P.policy_read)
def dictionaries() -> ResponseReturnValue:
    return render_template(
        "admin/dictionaries.html", groups=company.dictionary_groups(), tabs=policy_tabs("dictionaries")
    )


@blueprint.get("/dictionaries/<dictionary_key>")
@requires(P.policy_read)
def dictionary(dictionary_key: str) -> ResponseReturnValue:
    found = _or_404(get_dictionary, dictionary_key)
    return render_template(
        "admin/dictionary.html",
        dictionary=found,
        entries=found.entries(),
        form=StepForm(),
        may_edit=may(P.policy_edit),
    )


@blueprint.route("/dictionaries/<dictionary_key>/new", methods=["GET", "POST"])
@requires(P.policy_edit)
def new_entry(dictionary_key: str) -> ResponseReturnValue:
    found = _or_404(get_dictionary, dictionary_key)
    form, back = NewEntryForm(), url_for(".dictionary", dictionary_key=found.key)
    if form.validate_on_submit() and attempt(form, service.add_entry, found, form.title.data):
        return redirect(back)
    return form_page(form, _("New entry"), back, intro=found.title)


@blueprint.route("/dictionaries/<dictionary_key>/<code>/edit", methods=["GET", "POST"])
@requires(P.policy_edit)
def edit_entry(dictionary_key: str, code: str) -> ResponseReturnValue:
    found, entry = _entry(dictionary_key, code)
    form, back = EntryForm(obj=entry), url_for(".dictionary", dictionary_key=found.key)
    if form.validate_on_submit() and is_current(form, entry):
        given = {"active": form.active.data, "version": form.version.data}
        if attempt(form, service.change_entry, found, entry, form.title.data, **given):
            flash(_("The entry is saved."))
            return redirect(back)
    return form_page(form, _("Change the entry"), back, intro=found.title)


@blueprint.post("/dictionaries/<dictionary_key>/<code>/move")
@requires(P.policy_edit)
def move_entry(dictionary_key: str, code: str) -> ResponseReturnValue:
    found, entry = _entry(dictionary_key, code)
    service.move_entry(found, entry, -1 if request.form.get("to") == "up" else 1)
    return redirect(url_for(".dictionary", dictionary_key=found.key))


def _entry(dictionary_key: str, code: str) -> tuple[Dictionary, Entry]:
    found = _or_404(get_dictionary, dictionary_key)
    return found, _or_404(found.get, code)
