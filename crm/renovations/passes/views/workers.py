"""The register of workers: one at a time, many from a sheet, their photos, and their numbers for a reason."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.errors import DomainError
from crm.files import store
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.passes import papers, pasting, queries, service
from crm.renovations.passes.forms import ChangeWorkerForm, LinesForm, WorkerForm
from crm.renovations.passes.models import RenovationWorker
from crm.renovations.passes.revealing import WorkerNumbersForm
from crm.renovations.passes.trades import TRADES
from crm.renovations.passes.views.pages import LOG, READ, of_renovation
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered, is_current
from crm.web.lines import shown
from crm.workbooks.process import read as read_workbook

blueprint = Blueprint("renovation_workers", __name__, url_prefix="/renovations/workers")


@blueprint.route("/of/<int:renovation_id>/new", methods=["GET", "POST"])
@requires(LOG)
def new(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    form = WorkerForm(key=secrets.token_hex(12))
    hindered(form, service.registering_hindrance(renovation))
    if not form.form_errors and form.validate_on_submit() and attempt(form, _register, renovation, form):
        flash(_("%(name)s is registered.", name=form.name.data))
        return redirect(of_renovation(renovation))
    return _form_page(form, _("Register a worker"), renovation)


def _form_page(form: Any, title: str, renovation: Renovation) -> ResponseReturnValue:
    form.trades = [words for _code, words in TRADES.choices()]
    told = f"{renovation.number} {renovation.unit.label}"
    return form_page(form, title, of_renovation(renovation), "renovations/worker_form.html", intro=told)


def _register(renovation: Renovation, form: Any) -> None:
    [worker] = service.register(renovation, [_person(form)], form.key.data or None)
    _keep_photo(worker, form)


def _person(form: Any) -> service.Person:
    given = {name: form[name].data or "" for name in ("name", "trade", "id_number", "phone")}
    return service.Person(**given)


def _keep_photo(worker: RenovationWorker, form: Any) -> bool:
    chosen = form.photo.data
    if not (chosen and getattr(chosen, "filename", "")) or (worker.upload_id and "version" not in form):
        return False
    service.keep_photo(queries.get_worker(worker.id), chosen.read(), chosen.filename)
    return True


@blueprint.route("/of/<int:renovation_id>/paste", methods=["GET", "POST"])
@requires(LOG)
def paste(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    form = LinesForm(key=secrets.token_hex(12))
    hindered(form, service.registering_hindrance(renovation))
    if not form.form_errors and form.validate_on_submit() and attempt(form, _take_file, form):
        people, faults = pasting.read(form.lines.data or "", business_day())
        form.lines.errors = list(shown(faults))
        if not faults and (made := attempt(form, service.register, renovation, people, form.key.data or None)):
            flash(_("%(count)s workers are registered.", count=len(made)))
            return redirect(of_renovation(renovation))
    told = f"{renovation.number} {renovation.unit.label}"
    return form_page(form, _("Register several workers"), of_renovation(renovation), intro=told)


def _take_file(form: Any) -> None:
    """What the workbook says stands in the form from then on, to be corrected there. Raises `Unreadable`."""
    chosen = form.file.data
    if chosen and chosen.filename:
        sheets = read_workbook(chosen.read(), chosen.filename)
        form.lines.data = "\n".join(filter(None, (form.lines.data, pasting.lines_of(sheets[0]))))


@blueprint.route("/<int:renovation_worker_id>", methods=["GET", "POST"])
@requires(LOG)
def worker(renovation_worker_id: int) -> ResponseReturnValue:
    found = queries.get_worker(renovation_worker_id)
    renovation = get_renovation(found.renovation_id)
    form = ChangeWorkerForm(obj=_Present(found))
    form.id_number.description = found.id_masked and _("%(masked)s; left empty it stays.", masked=found.id_masked)
    history = timeline("renovation_worker", found.id)
    fields = ("name", "trade", "phone")
    if form.validate_on_submit() and is_current(form, found, history, fields) and attempt(form, _change, found, form):
        flash(_("Saved."))
        return redirect(of_renovation(renovation))
    return _form_page(form, _("Change the worker"), renovation)


class _Present:
    """What the form shows: never the number."""

    def __init__(self, found: RenovationWorker) -> None:
        self.name, self.trade, self.phone, self.version = found.name, found.trade, found.phone, found.version


def _change(found: RenovationWorker, form: Any) -> None:
    """Facts, photo, or both. Raises `DomainError` when neither changes."""
    changed = service.change(found, _person(form))
    if not (_keep_photo(found, form) or changed):
        raise DomainError(_("Nothing was changed."))


@blueprint.get("/<int:renovation_worker_id>/photo")
@requires(READ)
def photo(renovation_worker_id: int) -> ResponseReturnValue:
    upload = queries.get_worker(renovation_worker_id).upload or abort(404)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.route("/<int:renovation_worker_id>/numbers", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def numbers(renovation_worker_id: int) -> ResponseReturnValue:
    """ID number and telephone, once, for a reason that is logged. GET only asks for the reason."""
    found = queries.get_worker(renovation_worker_id)
    form = WorkerNumbersForm()
    told = service.reveal(found, form.text) if form.validate_on_submit() else ("", "")
    page = render_template(
        "renovations/numbers.html",
        form=form,
        worker=found,
        numbers=told,
        back=of_renovation(found.renovation),
        renovation=found.renovation,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/of/<int:renovation_id>/list.pdf")
@requires(READ)
def sheet(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    content = papers.workers_paper(renovation)
    name = f"{renovation.number}-D02.pdf"
    return attachment(content, name, "application/pdf", inline=True)
