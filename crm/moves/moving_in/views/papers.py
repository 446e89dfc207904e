"""Forms and papers: printed filled in, signed on the screen or scanned, or not wanted for a reason."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.errors import DomainError
from crm.files import store
from crm.moves.keys.entering import signature_of
from crm.moves.keys.models import SIGNING_TITLES, Signing
from crm.moves.moving_in import papers, queries, service
from crm.moves.moving_in.documents import BY_CODE, DOCUMENTS, Document
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.forms import DocumentForm
from crm.moves.moving_in.models import MoveIn, Part
from crm.moves.moving_in.service.steps import STEPS
from crm.moves.moving_in.views.pages import HANDLE, READ, address, blueprint, part_page
from crm.moves.scans import PDF
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered

PURPOSE = "move_in"  # of what was signed or brought, in the store


@blueprint.get("/<int:move_in_id>/documents")
@requires(HANDLE)
def documents(move_in_id: int) -> ResponseReturnValue:
    move_in = queries.get_move_in(move_in_id)
    wanted = {each.code for each in facts_of(move_in).wanted}
    kept = queries.documents_of(move_in.id)
    return part_page(
        move_in,
        Part.documents,
        [],
        documents=sorted(DOCUMENTS, key=lambda each: each.code not in wanted),
        wanted=wanted,
        kept=kept,
        signings=SIGNING_TITLES,
    )


@blueprint.route("/<int:move_in_id>/documents/<document_code>", methods=["GET", "POST"])
@requires(HANDLE)
def document(move_in_id: int, document_code: str) -> ResponseReturnValue:
    """Sign it, take the scan in, or say why it is not wanted."""
    move_in, wanted, form = queries.get_move_in(move_in_id), BY_CODE.get(document_code) or abort(404), DocumentForm()
    hinders = form.is_submitted() and hindered(form, STEPS.hindrance(move_in, "work"))
    if not hinders and form.validate_on_submit() and attempt(form, _keep, move_in, wanted, form):
        flash(_("%(document)s is taken in.", document=wanted.title))
        return redirect(address(move_in, Part.documents), 303)
    return form_page(
        form,
        str(wanted.title),
        address(move_in, Part.documents),
        "moves/in/document.html",
        intro=f"{move_in.number} {move_in.unit.label} {move_in.customer.name}",
        document=wanted,
        move_in=move_in,
    )


def _keep(move_in: MoveIn, wanted: Document, form: Any) -> None:
    """What is signed on the screen is pressed at once: nothing changes under a signature."""
    signature = signature_of(form, move_in.estate_id, PURPOSE)
    if signature is None:
        service.waive_document(move_in, wanted.code, form.reason.data or "")
        return
    signing, upload = signature
    if signing is Signing.drawn and wanted.printed:
        content = papers.form_paper(move_in, wanted, form.drawing.drawn)
        name = f"{move_in.number}-{wanted.code}.pdf"
        upload = store.keep(content, name, purpose=PURPOSE, estate_id=move_in.estate_id)
    service.keep_document(move_in, wanted.code, signing, upload.id)


@blueprint.get("/<int:move_in_id>/documents/<document_code>.pdf")
@requires(HANDLE)
def form_paper(move_in_id: int, document_code: str) -> ResponseReturnValue:
    """The form filled in, to be signed on paper."""
    move_in, wanted = queries.get_move_in(move_in_id), BY_CODE.get(document_code) or abort(404)
    if not wanted.printed:
        abort(404)
    return attachment(papers.form_paper(move_in, wanted), f"{move_in.number}-{document_code}.pdf", PDF, inline=True)


@blueprint.get("/documents/<int:move_in_document_id>")
@requires(READ)
def kept_paper(move_in_document_id: int) -> ResponseReturnValue:
    """As it was signed or brought."""
    upload = queries.get_document(move_in_document_id).upload or abort(404)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.get("/<int:move_in_id>/pack.pdf")
@requires(READ)
def pack(move_in_id: int) -> ResponseReturnValue:
    """Everything that was signed, as one PDF."""
    move_in = queries.get_move_in(move_in_id)
    if move_in.content is None:
        raise DomainError(_("It is not signed yet: there is no pack."))
    return attachment(papers.pack(move_in), f"{move_in.number}.pdf", PDF, inline=True)
