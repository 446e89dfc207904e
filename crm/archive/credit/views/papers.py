"""Evidence of a project, and its sheet on paper."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import listings, papers, queries, reports
from crm.archive.credit.models import PROJECT_TITLES
from crm.archive.credit.views.pages import READ, blueprint
from crm.archive.dossiers import proof
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.files import store
from crm.web import pdf
from crm.web.download import attachment

SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.get("/projects/<int:project_id>/evidence/<int:evidence_id>")
@requires(READ)
def fetch_evidence(project_id: int, evidence_id: int) -> ResponseReturnValue:
    """404 for a file that proves nothing of this project."""
    found = queries.get_project(project_id)
    upload = store.find_upload(evidence_id) if evidence_id in queries.evidence_ids(found) else None
    if upload is None:
        abort(404)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)


@blueprint.post("/projects/<int:project_id>/sheet.pdf")
@requires(READ)
def sheet(project_id: int) -> ResponseReturnValue:
    """项目登记表, with proof."""
    found, day = queries.get_project(project_id), business_day()
    told = reports.sheet(found)
    content, number = papers.sheet_content(told), told.number or found.title
    issued = proof.issue(papers.SHEET, found.id, number, content, dossier_id=found.dossier_id)
    paper = pdf.document(
        "project_sheet.html",
        sheet=told,
        kind=PROJECT_TITLES[found.kind],
        state=listings.state_words(found, day),
        mark=proof.mark(issued),
        company=COMPANY.on(day),
        printed_on=day,
        clerk=g.actor.name,
    )
    title = _("Project sheet")
    return attachment(paper, f"{title} {found.title}.pdf", "application/pdf", inline=True)
