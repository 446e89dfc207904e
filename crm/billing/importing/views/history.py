"""Taking over a payment history: upload, what was understood, the dry run, the result.

The file is parsed between units of work: whoever else wants to write does not wait for it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.billing.charges.models import BASIS_TITLES
from crm.billing.importing import listings, queries
from crm.billing.importing.forms import HistoryForm, sent_items
from crm.billing.importing.history import service
from crm.billing.importing.history.fields import FIELDS
from crm.billing.importing.history.present import NEW
from crm.billing.importing.models import FeeImport
from crm.billing.importing.tally import Tally
from crm.billing.importing.views.pages import PREPARE, STORE, blueprint
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
from crm.web.application import own_units
from crm.web.forms import choices
from crm.workbooks.refused import sent_back
from crm.workbooks.registers import sent_mapping, understood


@blueprint.get("/")
@requires(PREPARE)
def index() -> ResponseReturnValue:
    return listing.answer(
        listings.imports(), "feeimports/index.html", new_url=url_for(".new"), new_text=_("Take over a history")
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PREPARE)
@own_units
def new() -> ResponseReturnValue:
    form = UploadForm(estate_id=request.args.get("estate_id", g.actor.estate_id, type=int))
    with unit_of_work(writes=False):
        form.estate_id.choices = choices(estate_names())
    if form.validate_on_submit() and (fee_import_id := uploaded(form, service.upload)):
        return redirect(url_for(".show", fee_import_id=fee_import_id))
    with unit_of_work(writes=False):
        page = render_template("feeimports/new.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<int:fee_import_id>")
@requires(PREPARE)
def show(fee_import_id: int) -> ResponseReturnValue:
    return _page(get_history(FeeImport, fee_import_id))


def _page(run: FeeImport, error: str = "") -> str:
    form = HistoryForm(None, obj=run)
    form.last_counts.data = "y" if run.last_counts else "n"
    return render_template(
        "feeimports/show.html",
        run=run,
        file_name=run.upload.name,
        error=error,
        form=form,
        may_store=g.actor.may(STORE),
        state_title=STATE_TITLES[run.state],
        tone=TONES[run.state],
        pictures=understood(run.mapping),
        fields=FIELDS.values(),
        items=run.items,
        unnamed=[name for name, choice in run.items.items() if not choice],
        offered=_offered(run.estate_id),
        result=_result(run),
    )


def _offered(estate_id: int) -> list[tuple[str, str]]:
    """What a name in the file may be: an item that stands, or one to be made."""
    standing = [(str(item_id), name) for item_id, name in queries.items_of(estate_id).items()]
    made = [(f"{NEW}{basis}", _("Make it: %(basis)s", basis=BASIS_TITLES[basis])) for basis in service.MAKEABLE]
    return [*standing, *made]


def _result(run: FeeImport) -> dict[str, Any] | None:
    """The kept result with its sums as figures; `proved`: they are those of the rows, and of the books once stored."""
    if not run.result:
        return None
    told = run.result
    sums = {name: Tally.kept(told[name]) for name in ("file", "taken", "standing", "refused_sums")}
    booked = queries.in_the_books(run.id)
    return {
        **sums,
        "booked": booked,
        "proved": sums["file"] == sums["taken"] + sums["standing"] + sums["refused_sums"],
        "payments": told["payments"],
        "credit": Decimal(told["credit"]),
        "open": Decimal(told["open"]),
        "items": [(name, Tally.kept(tally)) for name, tally in told["items"].items()],
        "days": told["days"],
        **refusals_of(told),
    }


@blueprint.post("/<int:fee_import_id>/check")
@requires(PREPARE)
@own_units
def check(fee_import_id: int) -> ResponseReturnValue:
    """Take what the page sent, and say what would happen."""
    file, form = kept_file(FeeImport, fee_import_id), HistoryForm()
    try:
        with unit_of_work():
            run = get_history(FeeImport, fee_import_id)
            run.expect_version(form.version.data)
            last_counts = form.last_counts.data != "n"
            sent, said = sent_mapping(request.form), sent_items(request.form)
            if not service.correct(run, file, sent, said, last_counts=last_counts):
                return look_at_columns(".show", fee_import_id=fee_import_id)
        with unit_of_work(writes=False):
            result = service.drafted_of(get_history(FeeImport, fee_import_id), file).result()
        with unit_of_work():
            note_check(get_history(FeeImport, fee_import_id), result)
    except DomainError as refusal:
        return _refused(fee_import_id, refusal)
    return redirect(url_for(".show", fee_import_id=fee_import_id))


@blueprint.post("/<int:fee_import_id>/run")
@requires(STORE)
@own_units
def carry_out(fee_import_id: int) -> ResponseReturnValue:
    """A small file at once, a large one in the background."""
    file, form = kept_file(FeeImport, fee_import_id), HistoryForm()
    try:
        with unit_of_work():
            run = get_history(FeeImport, fee_import_id)
            run.expect_version(form.version.data)
            if run.rows > service.LARGE:
                return redirect(url_for("jobs.show", job_id=service.ask_carry_out(run, file).id))
            service.carry_out(run, file)
    except DomainError as refusal:
        return _refused(fee_import_id, refusal)
    flash(_("The history is taken over."))
    return redirect(url_for(".show", fee_import_id=fee_import_id))


def _refused(fee_import_id: int, refusal: DomainError) -> ResponseReturnValue:
    with unit_of_work(writes=False):
        return _page(get_history(FeeImport, fee_import_id), str(refusal)), 422


@blueprint.get("/<int:fee_import_id>/refused.xlsx")
@requires(PREPARE)
@confirmed
@own_units
def refused(fee_import_id: int) -> ResponseReturnValue:
    """Only the rows that want correcting, with the reason first, to send again."""
    file = kept_file(FeeImport, fee_import_id)
    with unit_of_work():
        run = get_history(FeeImport, fee_import_id)
        if not run.result.get("refused"):
            raise DomainError(_("Nothing was refused."))
        service.note_download(run)
        return sent_back(service.blocks_of(run, file), run.result["refused"], file.name)
