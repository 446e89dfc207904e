"""The papers: the list in three copies, supplement list, receipt, postponement, the register for a period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import proof
from crm.archive.dossiers.queries import get_dossier
from crm.archive.dossiers.service import Used
from crm.archive.dossiers.views.using import purpose_first
from crm.archive.handover import content, papers, reports
from crm.archive.handover.forms import RegisterPeriodForm
from crm.archive.handover.models import (
    ASK_TITLES,
    CLOCK_TITLES,
    GRADE_TITLES,
    LATE_TITLES,
    LINE_STATE_TITLES,
    LINE_TITLES,
    ListVersion,
)
from crm.archive.handover.queries import lists
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.queries.late import get_late_filing
from crm.archive.handover.queries.standing import get_version, printed_as, supplement_lists, versions_of
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import READ, blueprint, load
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import attempt, form_page

PDF = "application/pdf"
TITLES: dict[str, Mapping[Any, Any]] = {
    "ask": ASK_TITLES,
    "clock": CLOCK_TITLES,
    "grade": GRADE_TITLES,
    "late": LATE_TITLES,
    "line": LINE_TITLES,
    "line_state": LINE_STATE_TITLES,
}


def _sent(template: str, name: str, **data: Any) -> ResponseReturnValue:
    return attachment(pdf.document(f"handover/{template}", **_print(), **data), f"{name}.pdf", PDF, inline=True)


def _print() -> dict[str, Any]:
    """Whose paper, printed when and by whom."""
    day = business_day()
    return {"company": COMPANY.on(day), "printed_on": day, "clerk": g.actor.name}


@blueprint.route("/<int:handover_id>/list/<int:list_version>.pdf", methods=["GET", "POST"])
@requires(READ)
def list_paper(handover_id: int, list_version: int) -> ResponseReturnValue:
    """册内资料清单: all three copies, each with page numbers of its own, or the one that `copy` names.

    Once the dossier is filed it is said what for; that answer comes by POST.
    """
    standing = load(handover_id)
    version = get_version(standing.handover, list_version)
    wanted = request.args.get("copy", type=int)
    copies = [copy for copy in reports.copies(version) if wanted in (None, copy.number)] or abort(404)
    if page := purpose_first(get_dossier(standing.handover.dossier_id), Used(paper=content.FORM)):
        return page
    each = [{"copy": copy, "mark": _mark(version, copy.number)} for copy in copies]
    pressed = pdf.copies("handover/list.html", each, **_print(), **_list_data(standing, version))
    name = f"{_('List of the dossier')} {version.content['number']} v{version.version}"
    return attachment(pressed, f"{name}.pdf", PDF, inline=True)


def _list_data(standing: Standing, version: ListVersion) -> dict[str, Any]:
    return {
        "version": version,
        "content": version.content,
        "lines": list(content.lines(version.content)),
        "places": reports.places(standing, version),
        "holds": version.version == standing.issued and (reports.is_filed(standing) or standing.is_current),
        "total_copies": reports.COPIES,
        "late": standing.late_of(version),
    }


def _mark(version: ListVersion, copy: int) -> proof.Mark:
    return proof.mark(printed_as(version), copy, reports.COPIES)


@blueprint.post("/<int:handover_id>/supplements/<int:supplement_number>.pdf")
@requires(READ)
def supplement_paper(handover_id: int, supplement_number: int) -> ResponseReturnValue:
    """补充资料清单."""
    standing = load(handover_id)
    found = {each.number: each.id for each in supplement_lists(standing.handover.id)}
    list_id = found.get(supplement_number) or abort(404)
    return _proven(papers.SUPPLEMENT, list_id, standing.handover.dossier_id)


@blueprint.get("/<int:handover_id>/receipt.pdf")
@requires(READ)
def receipt_paper(handover_id: int) -> ResponseReturnValue:
    """移交接收单; there is none before the dossier is received."""
    standing = load(handover_id)
    entry = lists.entry_of(handover_id) or abort(404)
    version = next(each for each in versions_of(handover_id) if each.id == entry.version_id)
    return _sent(
        "receipt.html",
        f"{_('Receipt of a dossier')} {entry.number.text}",
        entry=entry,
        standing=standing,
        **_list_data(standing, version),
        mark=_mark(version, reports.COPIES),
    )


@blueprint.post("/postponements/<int:postponement_id>.pdf")
@requires(READ)
def postponement_paper(postponement_id: int) -> ResponseReturnValue:
    """延期审批单."""
    asked = get_postponement(postponement_id)
    return _proven(papers.POSTPONEMENT, asked.id, load(asked.handover_id).handover.dossier_id)


@blueprint.post("/late/<int:filing_id>.pdf")
@requires(READ)
def late_paper(filing_id: int) -> ResponseReturnValue:
    """补充归档单, signed or to be signed in ink."""
    filing = get_late_filing(filing_id)
    return _proven(papers.LATE, filing.id, load(filing.handover_id).handover.dossier_id)


@blueprint.post("/register.pdf")
@requires(Permission.credit_oversee)
def register_paper() -> ResponseReturnValue:
    """登记本 for a period, this year where none is named."""
    form = RegisterPeriodForm()
    if form.validate_on_submit() and (paper := attempt(form, _register, *form.period(business_day()))):
        printed: ResponseReturnValue = paper
        return printed
    return form_page(form, _("Register of receipts"), url_for("handover.register"), button=_("Print the register"))


def _register(since: date, until: date) -> ResponseReturnValue:
    return _proven(papers.REGISTER, papers.number_for(since, until), None)


def _proven(kind: str, subject_id: int, dossier_id: int | None) -> ResponseReturnValue:
    """What the paper says is kept with its hash, and the mark of it printed."""
    paper = papers.PAPERS[kind]
    said = paper.content(subject_id) or abort(404)
    issued = proof.issue(kind, subject_id, said["number"] or said["title"], said, dossier_id=dossier_id)
    return _sent(
        f"{kind}.html", f"{paper.title} {said['number']}", content=said, mark=proof.mark(issued), titles=TITLES
    )
