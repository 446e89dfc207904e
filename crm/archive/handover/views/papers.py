"""The papers: the list in three copies, supplement list, receipt, postponement, the register for a period."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import proof
from crm.archive.handover import content, reports
from crm.archive.handover.forms import RegisterPeriodForm
from crm.archive.handover.models import (
    ASK_TITLES,
    CLOCK_TITLES,
    GRADE_TITLES,
    LINE_STATE_TITLES,
    LINE_TITLES,
    ListVersion,
)
from crm.archive.handover.queries import lists
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.queries.standing import get_version, printed_as, supplement_lists
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import READ, blueprint, load
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.web import pdf
from crm.web.download import attachment

PDF = "application/pdf"


def _sent(template: str, name: str, **data: Any) -> ResponseReturnValue:
    return attachment(_pressed(template, **data), f"{name}.pdf", PDF, inline=True)


def _pressed(template: str, **data: Any) -> bytes:
    day = business_day()
    return pdf.document(f"handover/{template}", company=COMPANY.on(day), printed_on=day, clerk=g.actor.name, **data)


@blueprint.get("/<int:handover_id>/list/<int:list_version>.pdf")
@requires(READ)
def list_paper(handover_id: int, list_version: int) -> ResponseReturnValue:
    """册内资料清单: all three copies, each with page numbers of its own, or the one that `copy` names."""
    standing = load(handover_id)
    version = get_version(standing.handover, list_version)
    wanted = request.args.get("copy", type=int)
    copies = [copy for copy in reports.copies(version) if wanted in (None, copy.number)] or abort(404)
    data = _list_data(standing, version)
    papers = [_pressed("list.html", **data, copy=copy, mark=_mark(version, copy.number)) for copy in copies]
    name = f"{_('List of the dossier')} {version.content['number']} v{version.version}"
    return attachment(pdf.joined(papers), f"{name}.pdf", PDF, inline=True)


def _list_data(standing: Standing, version: ListVersion) -> dict[str, Any]:
    return {
        "version": version,
        "content": version.content,
        "lines": list(content.lines(version.content)),
        "places": reports.places(standing, version),
        "holds": version.version == standing.issued and (reports.is_filed(standing) or standing.is_current),
        "total_copies": reports.COPIES,
    }


def _mark(version: ListVersion, copy: int) -> proof.Mark:
    return proof.mark(printed_as(version), copy, reports.COPIES)


@blueprint.get("/<int:handover_id>/supplements/<int:supplement_number>.pdf")
@requires(READ)
def supplement_paper(handover_id: int, supplement_number: int) -> ResponseReturnValue:
    """补充资料清单."""
    standing = load(handover_id)
    found = {each.number: each for each in supplement_lists(standing.handover.id)}
    asked = found.get(supplement_number) or abort(404)
    return _sent(
        "supplement.html",
        f"{_('Supplement list')} {standing.content['number']} {asked.number}",
        asked=asked,
        standing=standing,
        project=standing.handover.project,
        kinds=LINE_TITLES,
        states=LINE_STATE_TITLES,
        code=_page_code(standing),
    )


def _page_code(standing: Standing) -> Any:
    return pdf.qr(url_for("handover.show", handover_id=standing.handover.id, _external=True))


@blueprint.get("/<int:handover_id>/receipt.pdf")
@requires(READ)
def receipt_paper(handover_id: int) -> ResponseReturnValue:
    """移交接收单; there is none before the dossier is received."""
    standing = load(handover_id)
    entry = lists.entry_of(handover_id) or abort(404)
    version = standing.version or abort(404)
    return _sent(
        "receipt.html",
        f"{_('Receipt of a dossier')} {entry.number.text}",
        entry=entry,
        standing=standing,
        **_list_data(standing, version),
        mark=_mark(version, reports.COPIES),
    )


@blueprint.get("/postponements/<int:postponement_id>.pdf")
@requires(READ)
def postponement_paper(postponement_id: int) -> ResponseReturnValue:
    asked = get_postponement(postponement_id)
    standing = load(asked.handover_id)
    return _sent(
        "postponement.html",
        f"{_('Postponement of a hand-over')} {standing.content['number']}",
        asked=asked,
        standing=standing,
        project=standing.handover.project,
        clock=CLOCK_TITLES[asked.clock],
        state=ASK_TITLES[asked.state],
        code=_page_code(standing),
    )


@blueprint.get("/register.pdf")
@requires(READ)
def register_paper() -> ResponseReturnValue:
    """登记本 for a period; without one, all of it."""
    form = RegisterPeriodForm(request.args)
    form.validate()
    since, until = form.since.data, form.until.data
    entries = lists.entries_between(since, until)
    return _sent(
        "register.html", str(_("Register of receipts")), entries=entries, since=since, until=until, grades=GRADE_TITLES
    )
