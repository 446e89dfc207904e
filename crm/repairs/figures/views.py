"""The figures of repairs: page, workbook and the monthly report."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.repairs.figures import papers
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.asking import asked
from crm.repairs.figures.reports import report
from crm.web import excel
from crm.web.download import attachment
from crm.web.figures import as_workbook

READ = Permission.repair_read
blueprint = Blueprint("repair_figures", __name__, url_prefix="/repairs/figures")


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    form, wanted = asked()
    found = report(wanted) if wanted else None
    page = render_template("repairs/figures/index.html", form=form, report=found, told=form.told)
    return page, 200 if wanted else 422


@blueprint.get("/figures.xlsx")
@requires(READ)
def workbook() -> ResponseReturnValue:
    wanted = _wanted()
    name, found = _("Figures of repairs"), report(wanted)
    content = as_workbook(wanted.title, found.cards, found.tables, found.meanings)
    return attachment(content, f"{name} {wanted.title}.xlsx", excel.MEDIA_TYPE)


@blueprint.get("/report.pdf")
@requires(READ)
def paper() -> ResponseReturnValue:
    """维修月报."""
    wanted = _wanted()
    name = _("Monthly report of repairs")
    return attachment(papers.as_paper(report(wanted)), f"{name} {wanted.title}.pdf", "application/pdf", inline=True)


def _wanted() -> Asked:
    _form, wanted = asked()
    return wanted or abort(404)
