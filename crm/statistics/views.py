"""The pages of the statistics: the overview, a sheet, its workbook and paper, the month-end pack."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.files import store
from crm.jobs import service as jobs
from crm.statistics import papers, queries, reports, workbooks
from crm.statistics.asking import asked, wanted
from crm.statistics.jobs import ask
from crm.statistics.registers import links
from crm.statistics.sheets import Built, Sheet, built
from crm.web import excel
from crm.web.download import attachment

READ = Permission.statistics_read
blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    form, question = asked()
    each = reports.all_built(question) if question else []
    page = render_template("statistics/index.html", form=form, asked=question, each=each, told=form.told)
    return page, 200 if question else 422


@blueprint.get("/<sheet_slug>")
@requires(READ)
def show(sheet_slug: str) -> ResponseReturnValue:
    sheet = _sheet(sheet_slug)
    form, question = asked()
    page = render_template(
        "statistics/show.html",
        form=form,
        sheet=sheet,
        built=built(sheet, question) if question else None,
        registers=links(sheet, question) if question else [],
        lists=bool(sheet.registers),
        told=form.told,
    )
    return page, 200 if question else 422


@blueprint.get("/<sheet_slug>/figures.xlsx")
@requires(READ)
def workbook(sheet_slug: str) -> ResponseReturnValue:
    found = _built(sheet_slug)
    return attachment(workbooks.of_sheet(found), f"{found.main.title}.xlsx", excel.MEDIA_TYPE)


@blueprint.get("/<sheet_slug>/paper.pdf")
@requires(READ)
def paper(sheet_slug: str) -> ResponseReturnValue:
    found = _built(sheet_slug)
    return attachment(papers.of_sheet(found), f"{found.main.title}.pdf", "application/pdf", inline=True)


@blueprint.post("/pack")
@requires(READ)
def make_pack() -> ResponseReturnValue:
    """月末资料, of the month and the estates in the address."""
    return redirect(jobs.address(ask(wanted())))


@blueprint.get("/packs/<int:pack_id>")
@requires(READ)
def pack(pack_id: int) -> ResponseReturnValue:
    job = queries.get_pack(pack_id)
    sheets = [sheet for sheet in reports.SHEETS if sheet.slug in job.result["sheets"]]
    return render_template("statistics/pack.html", job=job, sheets=sheets, month=job.payload["month"][:7])


@blueprint.get("/packs/<int:pack_id>/figures.xlsx")
@requires(READ)
def pack_workbook(pack_id: int) -> ResponseReturnValue:
    upload = queries.get_workbook(queries.get_pack(pack_id))
    return attachment(store.read(upload), upload.name, excel.MEDIA_TYPE)


def _sheet(slug: str) -> Sheet:
    """404 for none, 403 for one of a package that the person may not read."""
    sheet = reports.find(slug) or abort(404)
    return sheet if actor().may(sheet.permission) else abort(403)


def _built(slug: str) -> Built:
    return built(_sheet(slug), wanted())
