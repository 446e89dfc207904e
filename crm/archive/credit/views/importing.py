"""Taking over an older register: upload, what was understood, the dry run, the result. The archivist's own work.

The file is parsed between units of work: whoever else wants to write does not wait for it.
"""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import listings, queries
from crm.archive.credit.forms import ImportForm, UploadForm
from crm.archive.credit.importing import service
from crm.archive.credit.importing.fields import FIELDS
from crm.archive.credit.models import IMPORT_TITLES, PROJECT_STATE_TITLES, ImportState, ProjectState, RegisterImport
from crm.archive.credit.views.pages import blueprint
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.lists import listing
from crm.web.application import own_units
from crm.workbooks.file import File, open_file
from crm.workbooks.refused import sent_back
from crm.workbooks.registers import sent_mapping, understood

KEEP = Permission.dossier_keep
SHOWN_REFUSALS = 500  # the workbook holds them all
SHOWN_MISSING = 60
TONES = {ImportState.uploaded: "grey", ImportState.checked: "blue", ImportState.done: "green"}


@blueprint.get("/imports/")
@requires(KEEP)
def imports() -> ResponseReturnValue:
    return listing.answer(listings.imports(), new_url=url_for(".new_import"), new_text=_("Take over a register"))


@blueprint.route("/imports/new", methods=["GET", "POST"])
@requires(KEEP)
@own_units
def new_import() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit() and (run_id := _uploaded(form)):
        return redirect(url_for(".show_import", register_import_id=run_id))
    with unit_of_work(writes=False):
        page = render_template("credit/import_new.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _uploaded(form: UploadForm) -> int | None:
    """The new import's id; None with the reason at the field when the file cannot be read."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        file = open_file(content, name)
        with unit_of_work():
            return service.upload(file).id
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return None


@blueprint.get("/imports/<int:register_import_id>")
@requires(KEEP)
def show_import(register_import_id: int) -> ResponseReturnValue:
    return _page(queries.get_import(register_import_id))


def _page(run: RegisterImport, error: str = "") -> str:
    result = run.result
    return render_template(
        "credit/import.html",
        run=run,
        file_name=run.upload.name,
        error=error,
        form=ImportForm(None, obj=run),
        state_title=IMPORT_TITLES[run.state],
        tone=TONES[run.state],
        pictures=understood(run.mapping),
        fields=FIELDS.values(),
        states=[(PROJECT_STATE_TITLES[ProjectState(name)], count) for name, count in result.get("states", {}).items()],
        amount=Decimal(result.get("amount", 0)),
        missing=result.get("missing", [])[:SHOWN_MISSING],
        missing_count=len(result.get("missing", [])),
        held=result.get("held", [])[:SHOWN_MISSING],
        held_count=len(result.get("held", [])),
        refused=result.get("refused", [])[:SHOWN_REFUSALS],
        refused_count=len(result.get("refused", [])),
    )


@blueprint.post("/imports/<int:register_import_id>/check")
@requires(KEEP)
@own_units
def check_import(register_import_id: int) -> ResponseReturnValue:
    """Take what the page sent, and say what would happen."""
    file, form, wanted = _file(register_import_id), ImportForm(), sent_mapping(request.form)
    try:
        with unit_of_work():
            run = queries.get_import(register_import_id)
            run.expect_version(form.version.data)
            service.correct(run, file, wanted, void_missing=bool(form.void_missing.data))
        with unit_of_work(writes=False):
            result = service.drafted_of(queries.get_import(register_import_id), file).result()
        with unit_of_work():
            service.note_check(queries.get_import(register_import_id), result)
    except DomainError as refusal:
        return _refused(register_import_id, refusal)
    return redirect(url_for(".show_import", register_import_id=register_import_id))


@blueprint.post("/imports/<int:register_import_id>/run")
@requires(KEEP)
@own_units
def run_import(register_import_id: int) -> ResponseReturnValue:
    """A small file at once, a large one in the background."""
    file, form = _file(register_import_id), ImportForm()
    try:
        with unit_of_work():
            run = queries.get_import(register_import_id)
            run.expect_version(form.version.data)
            run.void_missing = run.void_missing or bool(form.void_missing.data)
            if run.rows > service.LARGE:
                return redirect(url_for("jobs.show", job_id=service.ask_carry_out(run, file).id))
            service.carry_out(run, file)
    except DomainError as refusal:
        return _refused(register_import_id, refusal)
    flash(_("The register is taken over."))
    return redirect(url_for(".show_import", register_import_id=register_import_id))


def _refused(register_import_id: int, refusal: DomainError) -> ResponseReturnValue:
    with unit_of_work(writes=False):
        return _page(queries.get_import(register_import_id), str(refusal)), 422


@blueprint.get("/imports/<int:register_import_id>/refused.xlsx")
@requires(KEEP)
@confirmed
@own_units
def refused_rows(register_import_id: int) -> ResponseReturnValue:
    """Only the refused rows, with the reason first, to correct and send again."""
    file = _file(register_import_id)
    with unit_of_work():
        run = queries.get_import(register_import_id)
        if not run.result.get("refused"):
            raise DomainError(_("Nothing was refused."))
        service.note_download(run)
        return sent_back(service.blocks_of(run, file), run.result["refused"], file.name)


def _file(register_import_id: int) -> File:
    """The import's file, read and parsed before the unit of work that uses it."""
    with unit_of_work(writes=False):
        content, name = service.file_of(queries.get_import(register_import_id))
    return open_file(content, name)
