"""A reading sheet that came back: every row as it would be stored, then stored; the refused ones as a file.

The file is parsed between units of work: whoever else wants to write does not wait for it.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.charges.models import METER_TITLES, MeterKind
from crm.billing.meters import collecting, queries, sheets
from crm.billing.meters.consumption import ANOMALY_TITLES
from crm.billing.meters.forms import SheetForm, SheetRunForm
from crm.billing.meters.models import SHEET_TITLES, SheetState
from crm.billing.meters.views.pages import RUN, blueprint
from crm.dates import business_day
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.properties.queries import get_estate, visible_estates
from crm.web.application import own_units
from crm.web.forms import choices, form_page
from crm.workbooks.file import File, open_file
from crm.workbooks.refused import sent_back

SHOWN = 1_000  # rows of the page; the file of refused rows holds them all


@blueprint.route("/sheets/new", methods=["GET", "POST"])
@requires(RUN)
@own_units
def new_sheet() -> ResponseReturnValue:
    form = SheetForm(estate_id=g.actor.estate_id, read_on=business_day())
    with unit_of_work(writes=False):
        form.estate_id.choices = choices({estate.id: estate.name for estate in visible_estates()})
    if form.validate_on_submit() and (sheet_id := _uploaded(form)):
        return redirect(url_for(".sheet", sheet_id=sheet_id))
    with unit_of_work(writes=False):
        return form_page(form, _("Take in a reading sheet"), url_for(".rounds"), button=_("Look at it"))


def _uploaded(form: Any) -> int | None:
    """The new sheet's id; None with the reason at the field when the file cannot be read."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        file = open_file(content, name)
        with unit_of_work():
            estate = get_estate(form.estate_id.data)
            return collecting.upload(file, estate, MeterKind(form.kind.data), form.read_on.data).id
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return None


@blueprint.get("/sheets/<int:sheet_id>")
@requires(RUN)
@own_units
def sheet(sheet_id: int) -> ResponseReturnValue:
    return _page(sheet_id)


def _page(sheet_id: int, error: str = "") -> str:
    """Every row as it would become now; once stored, those that were refused."""
    file = _file(sheet_id)
    with unit_of_work(writes=False):
        found = queries.get_sheet(sheet_id)
        done = found.state is SheetState.done
        draft = None if done else collecting.drafted(found, file)
        return render_template(
            "billing/meters/sheet.html",
            sheet=found,
            form=SheetRunForm(None, obj=found),
            kind=METER_TITLES[found.kind],
            state=SHEET_TITLES[found.state],
            done=done,
            counts=found.result["counts"] if done else draft.counts if draft else {},
            rows=draft.rows[:SHOWN] if draft else [],
            refused=found.result["refused"] if done else [],
            odd=ANOMALY_TITLES,
            error=error,
        )


@blueprint.post("/sheets/<int:sheet_id>/store")
@requires(RUN)
@own_units
def store_sheet(sheet_id: int) -> ResponseReturnValue:
    file, form = _file(sheet_id), SheetRunForm()
    try:
        with unit_of_work():
            found = queries.get_sheet(sheet_id)
            found.expect_version(form.version.data)
            stored = len(collecting.carry_out(found, file).good)
    except DomainError as refusal:
        return _page(sheet_id, str(refusal)), 422
    flash(_("%(count)s readings are stored.", count=stored))
    return redirect(url_for(".sheet", sheet_id=sheet_id))


@blueprint.get("/sheets/<int:sheet_id>/refused.xlsx")
@requires(RUN)
@own_units
def refused_rows(sheet_id: int) -> ResponseReturnValue:
    """Only the refused rows, with the reason first, to correct and send again."""
    file = _file(sheet_id)
    with unit_of_work():
        found = queries.get_sheet(sheet_id)
        refused = found.result["refused"]
        if not refused:
            raise DomainError(_("Nothing was refused."))
        collecting.note_download(found)
        return sent_back(sheets.blocks(file.sheets), refused, found.upload.name)


def _file(sheet_id: int) -> File:
    """The sheet's file, read and parsed before the unit of work that uses it."""
    with unit_of_work(writes=False):
        content, name = collecting.file_of(queries.get_sheet(sheet_id))
    return open_file(content, name)
