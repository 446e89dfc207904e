"""Pages of the import: upload, what was understood, the dry run, the result.

The file is parsed between units of work: whoever else wants to write does not wait for it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.imports import listings, queries, sample, service
from crm.imports.forms import StepForm, UploadForm, sent_mapping
from crm.imports.models import STATE_TITLES, ImportRun
from crm.imports.titles import kind_title
from crm.imports.understanding.fields import SHEET_TITLES, SheetKind, fields_of
from crm.lists import listing
from crm.properties.queries import visible_estates
from crm.web import excel
from crm.web.application import own_units
from crm.web.download import attachment
from crm.workbooks.refused import refused_workbook

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
SHOWN_REFUSALS = 500  # the workbook holds them all


@blueprint.get("/")
@requires(Permission.import_run)
def index() -> ResponseReturnValue:
    return listing.answer(listings.imports(), new_url=url_for(".new"), new_text=_("Import a workbook"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.import_run)
@own_units
def new() -> ResponseReturnValue:
    form = UploadForm()
    if not form.is_submitted():
        form.estate_name.data = request.args.get("estate", "")
    if form.validate_on_submit() and (run_id := _uploaded(form)):
        return redirect(url_for(".show", run_id=run_id))
    with unit_of_work(writes=False):
        page = render_template("imports/new.html", form=form, estates=visible_estates())
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/sample.xlsx")
@requires(Permission.import_run)
def sample_workbook() -> ResponseReturnValue:
    return attachment(sample.sample(), sample.NAME, excel.MEDIA_TYPE)


def _uploaded(form: UploadForm) -> int | None:
    """The new import's id; None with the reason at the field when the file cannot be read."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        file = service.open_file(content, name)
        with unit_of_work():
            return service.upload(file, content, form.estate_name.data or "").id
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return None


@blueprint.get("/<int:run_id>")
@requires(Permission.import_run)
def show(run_id: int) -> ResponseReturnValue:
    return _page(_run(run_id))


def _page(run: ImportRun, error: str = "") -> str:
    pictures = service.understand(run)
    return render_template(
        "imports/show.html",
        run=run,
        file_name=service.name_of(run),
        error=error,
        form=StepForm(None, obj=run),
        state_title=STATE_TITLES[run.state],
        tone=listings.TONES[run.state],
        pictures=pictures,
        sheet_titles=SHEET_TITLES,
        fields={kind: fields_of(kind) for kind in SheetKind},
        counts=_counts(run.result),
        kept=[(kind_title(kind), count) for kind, count in run.result.get("kept_for_later", {}).items()],
        refused=run.result.get("refused", [])[:SHOWN_REFUSALS],
        refused_count=len(run.result.get("refused", [])),
    )


def _counts(result: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    """(kind, created, updated, unchanged) in the order of the result."""
    changes = ("created", "updated", "unchanged")
    kinds = dict.fromkeys(kind for change in changes for kind in result.get(change, {}))
    return [(kind_title(kind), *(result[change].get(kind, 0) for change in changes)) for kind in kinds]


@blueprint.post("/<int:run_id>/mapping")
@requires(Permission.import_run)
@own_units
def correct(run_id: int) -> ResponseReturnValue:
    return _step(run_id, check=False)


@blueprint.post("/<int:run_id>/check")
@requires(Permission.import_run)
@own_units
def check(run_id: int) -> ResponseReturnValue:
    return _step(run_id, check=True)


def _step(run_id: int, *, check: bool) -> ResponseReturnValue:
    """Take the mapping as the page sent it, then check it if that was asked: a large file in the background."""
    file, version = _file(run_id), _version()
    try:
        with unit_of_work():
            run = _run(run_id)
            run.expect_version(version)
            service.correct(run, file, service.correction(file, run, sent_mapping(request.form)))
            if check and run.rows > service.LARGE:
                return redirect(url_for("jobs.show", job_id=service.ask_check(run, file).id))
            if check:
                service.check(run, file)
    except DomainError as refusal:
        with unit_of_work(writes=False):
            return _page(_run(run_id), str(refusal)), 422
    return redirect(url_for(".show", run_id=run_id))


@blueprint.post("/<int:run_id>/run")
@requires(Permission.import_run)
@own_units
def carry_out(run_id: int) -> ResponseReturnValue:
    """A small file at once, a large one in the background."""
    file, version = _file(run_id), _version()
    with service.undisturbed(), unit_of_work():
        run = _run(run_id)
        run.expect_version(version)
        if run.rows > service.LARGE:
            return redirect(url_for("jobs.show", job_id=service.ask_carry_out(run, file).id))
        service.carry_out(run, file)
    flash(_("The import is finished."))
    return redirect(url_for(".show", run_id=run_id))


@blueprint.get("/<int:run_id>/refused.xlsx")
@requires(Permission.import_run)
@confirmed
@own_units
def refused(run_id: int) -> ResponseReturnValue:
    """Under the file's own name, so that sent again it goes into the same estate."""
    file = _file(run_id)
    with unit_of_work():
        run = _run(run_id)
        if not run.result.get("refused"):
            abort(404)
        book = refused_workbook(service.blocks_of(run, file), run.result["refused"])
        service.note_download(run)
    return attachment(book, f"{file.stem}.xlsx", excel.MEDIA_TYPE)


def _file(run_id: int) -> service.File:
    """The import's file, read and parsed before the unit of work that uses it."""
    with unit_of_work(writes=False):
        content, name = service.content_of(_run(run_id))
    return service.open_file(content, name)


def _version() -> int | None:
    version: int | None = StepForm().version.data
    return version


def _run(run_id: int) -> ImportRun:
    return queries.find_run(run_id) or abort(404)
