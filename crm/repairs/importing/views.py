"""Taking over a history of repairs: upload, what was understood, the dry run, the result.

Nobody needs to see repairs for it: whoever imports meets the file, not the orders. The file is parsed between units of
work: whoever else wants to write does not wait for it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.imports.histories.forms import UploadForm
from crm.imports.histories.pages import kept_file, look_at_columns, refusals_of, uploaded
from crm.imports.histories.queries import get_history
from crm.imports.histories.service import note_check
from crm.imports.listings import TONES
from crm.imports.models import STATE_TITLES
from crm.lists import listing
from crm.properties.queries import estate_names
from crm.repairs.categories.models import PLACE_TITLES
from crm.repairs.categories.queries import problems
from crm.repairs.importing import listings, queries, service
from crm.repairs.importing.fields import FIELDS
from crm.repairs.importing.forms import HistoryForm, sent_categories
from crm.repairs.importing.models import RepairImport
from crm.web.application import own_units
from crm.web.forms import choices
from crm.workbooks.refused import sent_back
from crm.workbooks.registers import sent_mapping, understood

blueprint = Blueprint("repair_imports", __name__, url_prefix="/repairs/imports")
IMPORT = Permission.import_run


@blueprint.get("/")
@requires(IMPORT)
def index() -> ResponseReturnValue:
    return listing.answer(listings.imports(), new_url=url_for(".new"), new_text=_("Take over repairs"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(IMPORT)
@own_units
def new() -> ResponseReturnValue:
    form = UploadForm(estate_id=request.args.get("estate_id", g.actor.estate_id, type=int))
    with unit_of_work(writes=False):
        form.estate_id.choices = choices(estate_names())
    if form.validate_on_submit() and (repair_import_id := uploaded(form, service.upload)):
        return redirect(url_for(".show", repair_import_id=repair_import_id))
    with unit_of_work(writes=False):
        page = render_template("repairs/importing/new.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<int:repair_import_id>")
@requires(IMPORT)
def show(repair_import_id: int) -> ResponseReturnValue:
    return _page(get_history(RepairImport, repair_import_id))


def _page(run: RepairImport, error: str = "") -> str:
    return render_template(
        "repairs/importing/show.html",
        run=run,
        file_name=run.upload.name,
        error=error,
        form=HistoryForm(None, obj=run),
        state_title=STATE_TITLES[run.state],
        tone=TONES[run.state],
        pictures=understood(run.mapping),
        fields=FIELDS.values(),
        categories=run.categories,
        unnamed=[name for name, choice in run.categories.items() if not choice],
        offered=(offered := _offered()),
        result=_result(run, dict(offered)),
    )


def _offered() -> list[tuple[str, str]]:
    """What a word of the file may mean: the id of a problem, its name in full."""
    return [(str(each.id), f"{PLACE_TITLES[each.place]} · {each.full_name}") for each in problems()]


def _result(run: RepairImport, titles: dict[str, str]) -> dict[str, Any] | None:
    """The kept result; `stored`: the orders that stand."""
    if not run.result:
        return None
    told = run.result
    return {
        **{name: told[name] for name in ("file", "taken", "unfinished", "days")},
        "cost": Decimal(told["cost"]),
        "stored": queries.orders_of(run.id),
        "categories": [
            (name, titles.get(run.categories[name], ""), told["categories"][name]) for name in told["categories"]
        ],
        **refusals_of(told),
    }


@blueprint.post("/<int:repair_import_id>/check")
@requires(IMPORT)
@own_units
def check(repair_import_id: int) -> ResponseReturnValue:
    """Take what the page sent, and say what would happen."""
    file, form = kept_file(RepairImport, repair_import_id), HistoryForm()
    try:
        with unit_of_work():
            run = get_history(RepairImport, repair_import_id)
            run.expect_version(form.version.data)
            sent, said = sent_mapping(request.form), sent_categories(request.form)
            if not service.correct(run, file, sent, said, open_jobs=form.open_jobs.data):
                return look_at_columns(".show", repair_import_id=repair_import_id)
        with unit_of_work(writes=False):
            result = service.drafted_of(get_history(RepairImport, repair_import_id), file).result()
        with unit_of_work():
            note_check(get_history(RepairImport, repair_import_id), result)
    except DomainError as refusal:
        return _refused(repair_import_id, refusal)
    return redirect(url_for(".show", repair_import_id=repair_import_id))


@blueprint.post("/<int:repair_import_id>/run")
@requires(IMPORT)
@own_units
def carry_out(repair_import_id: int) -> ResponseReturnValue:
    """A small file at once, a large one in the background."""
    file, form = kept_file(RepairImport, repair_import_id), HistoryForm()
    try:
        with unit_of_work():
            run = get_history(RepairImport, repair_import_id)
            run.expect_version(form.version.data)
            if run.rows > service.LARGE:
                return redirect(url_for("jobs.show", job_id=service.ask_carry_out(run, file).id))
            service.carry_out(run, file)
    except DomainError as refusal:
        return _refused(repair_import_id, refusal)
    flash(_("The repairs are taken over."))
    return redirect(url_for(".show", repair_import_id=repair_import_id))


def _refused(repair_import_id: int, refusal: DomainError) -> ResponseReturnValue:
    with unit_of_work(writes=False):
        return _page(get_history(RepairImport, repair_import_id), str(refusal)), 422


@blueprint.get("/<int:repair_import_id>/refused.xlsx")
@requires(IMPORT)
@confirmed
@own_units
def refused(repair_import_id: int) -> ResponseReturnValue:
    """Only the rows that want correcting, with the reason first, to send again."""
    file = kept_file(RepairImport, repair_import_id)
    with unit_of_work():
        run = get_history(RepairImport, repair_import_id)
        if not run.result.get("refused"):
            raise DomainError(_("Nothing was refused."))
        service.note_download(run)
        return sent_back(service.blocks_of(run, file), run.result["refused"], file.name)
