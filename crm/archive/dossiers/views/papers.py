"""The printed forms. What carries a proof is printed by POST: what the paper says is kept with its hash."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func

from crm.archive.dossiers import history, ledger, papers, proof, queries, retention
from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.forms import LedgerForm
from crm.archive.dossiers.models import Correction, Dossier, Removal
from crm.archive.dossiers.models.dossier import SECURITY_TITLES, Security
from crm.archive.dossiers.models.template import KIND_TITLES, DossierKind
from crm.archive.dossiers.service import Used
from crm.archive.dossiers.service.records import field_title, value_title
from crm.archive.dossiers.views.pages import OVERSEE, READ, blueprint
from crm.archive.dossiers.views.using import purpose_first
from crm.archive.dossiers.wording import STATES
from crm.archive.numbers.figures import COMPANY
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.db import session
from crm.web import pdf
from crm.web.download import attachment

PDF = "application/pdf"
MOST_LABELS = 120


@blueprint.post("/dossiers/<int:dossier_id>/catalogue.pdf")
@requires(READ)
def print_catalogue(dossier_id: int) -> ResponseReturnValue:
    """归档文件目录."""
    dossier = queries.get_dossier(dossier_id)
    asked = purpose_first(dossier, Used(paper="dossier_list"))
    return asked or _proven("dossier_list", dossier, dossier.id, papers.dossier_list(dossier))


@blueprint.post("/dossiers/<int:dossier_id>/volume_list.pdf")
@requires(READ)
def print_volume_list(dossier_id: int) -> ResponseReturnValue:
    """卷内目录."""
    dossier = queries.get_dossier(dossier_id)
    asked = purpose_first(dossier, Used(paper="volume_list"))
    return asked or _proven("volume_list", dossier, dossier.id, papers.volume_list(dossier))


@blueprint.post("/dossiers/<int:dossier_id>/note_sheet.pdf")
@requires(READ)
def print_note_sheet(dossier_id: int) -> ResponseReturnValue:
    """备考表."""
    dossier = queries.get_dossier(dossier_id)
    told = {"title_of": history.title_of, "told_by": history.told_by}
    return _proven("note_sheet", dossier, dossier.id, papers.note_sheet(dossier), **told)


@blueprint.post("/corrections/<int:correction_id>/slip.pdf")
@requires(READ)
def print_correction(correction_id: int) -> ResponseReturnValue:
    """更正单."""
    asked = queries.get_ask(Correction, correction_id)
    dossier = session().get_one(Dossier, asked.dossier_id)
    field = field_title(asked.field, of_item=asked.item_id is not None)
    told = {"field": field, "value_title": value_title}
    return _proven("correction", dossier, asked.id, papers.correction_slip(asked), **told)


@blueprint.post("/removals/<int:removal_id>/slip.pdf")
@requires(READ)
def print_removal(removal_id: int) -> ResponseReturnValue:
    """移出单, with the substitute sheet 代卷 on its second page once it is approved."""
    asked = queries.get_ask(Removal, removal_id)
    dossier = session().get_one(Dossier, asked.dossier_id)
    return _proven("removal", dossier, asked.id, papers.removal_slip(asked))


def _proven(kind: str, dossier: Dossier, subject_id: int, content: dict[str, Any], **more: Any) -> ResponseReturnValue:
    number = number_of(dossier) or dossier.title
    issued = proof.issue(kind, subject_id, number, content, dossier_id=dossier.id)
    paper = pdf.document(
        f"{kind}.html",
        content=content,
        mark=proof.mark(issued),
        words=papers.in_words(content) if "kind" in content else {},
        note=papers.note_in_words,
        form=papers.form_in_words,
        security=papers.security_in_words,
        **_foot(dossier),
        **more,
    )
    title = history.PAPER_TITLES[kind]
    return attachment(paper, f"{title} {number}.pdf", PDF, inline=True)


def _foot(dossier: Dossier) -> dict[str, Any]:
    estate = queries.find_estate(dossier.estate_id) if dossier.estate_id else None
    company = (estate.company or estate.name) if estate else COMPANY.on(business_day())
    return {"company": company, "printed_on": business_day(), "clerk": g.actor.name}


@blueprint.post("/ledger.pdf")
@requires(OVERSEE)
def print_ledger() -> ResponseReturnValue:
    """档案台帐 of a day, one kind and year, with proof."""
    form = LedgerForm()
    if not form.validate():
        flash(_("Choose the kind and the year of the ledger, and a day that is not later than today."), "warning")
        return redirect(url_for(".ledger"))
    day = form.day.data or business_day()
    sheet = ledger.Sheet(DossierKind(form.kind.data), day, form.year.data or day.year)
    content = ledger.content(sheet)
    issued = proof.issue("archive_ledger", sheet.key, sheet.number, content)
    told = {"content": content, "states": STATES, "kind": KIND_TITLES[sheet.kind], "company": COMPANY.on(sheet.day)}
    paper = pdf.document(
        "archive_ledger.html", mark=proof.mark(issued), printed_on=business_day(), clerk=g.actor.name, **told
    )
    return attachment(paper, f"{history.PAPER_TITLES['archive_ledger']} {sheet.number}.pdf", PDF, inline=True)


@blueprint.get("/labels.pdf")
@requires(READ)
def labels() -> ResponseReturnValue:
    """Spine and box labels with QR; `ids` in the address, or all at a `place`, so many on each `part`."""
    ids = [int(key) for key in request.args.get("ids", "").split(",") if _is_key(key)]
    place_id, part = _key("place"), _key("part") or 1
    query = queries.labelled(ids, place_id)
    counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    found = session().execute(query.offset((part - 1) * MOST_LABELS).limit(MOST_LABELS)).all()
    periods = retention.periods_of([row[0] for row in found])
    paper = pdf.document(
        "labels.html",
        labels=[_label(*row, period=periods[row[0].id]) for row in found],
        first=(part - 1) * MOST_LABELS + 1,
        count=session().scalar(counted) or 0,
        place=queries.place_called(place_id),
        company=COMPANY.on(business_day()),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
    return attachment(paper, f"{_('Labels')}.pdf", PDF, inline=True)


def _key(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if _is_key(asked) else None


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _label(dossier: Dossier, title: str, security: Security, place: str, *, period: str) -> dict[str, Any]:
    address = url_for(".show", dossier_id=dossier.id, _external=True)
    return {
        "number": number_of(dossier),
        "title": title,
        "kind": KIND_TITLES[dossier.kind],
        "year": dossier.opened_on.year,
        "retention": retention.in_words(period),
        "security": SECURITY_TITLES[security],
        "place": place,
        "code": pdf.qr(address),
    }
