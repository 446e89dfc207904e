"""The forms of a move-in, filled in; and the pack as it was signed. Filed in section 4 of the dossier (P-08)."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.dates import business_day, business_day_of, utc_now
from crm.moves.keys.models import SIGNING_TITLES
from crm.moves.keys.papers import slip_paper
from crm.moves.keys.queries import slips_about
from crm.moves.moving_in.content import CHINESE
from crm.moves.moving_in.documents import BY_CODE, Document
from crm.moves.moving_in.models import MoveIn, MoveInDocument
from crm.moves.moving_in.queries import KIND, documents_of, get_document, get_move_in
from crm.moves.moving_in.wording import PLEDGES
from crm.moves.scans import as_pdf, as_picture, is_paper, with_scan
from crm.tenants import paper as tenants_paper
from crm.tenants.closing import Paper
from crm.tenants.models import ROLE_TITLES
from crm.tenants.queries import get_whole_customer, kept_ids
from crm.tenants.reports import customer_file
from crm.web import pdf
from crm.web.drawing import inline

PACK_SLOT = "unit_handover"
FORM_NUMBERS = {"convention": "YH-RZ-02", "commitment": "YH-RZ-03", "fire": "YH-RZ-04", "spare_key": "YH-RZ-05"}


def form_paper(move_in: MoveIn, document: Document, drawn: bytes | None = None) -> bytes:
    """Filled in, with the drawn name where there is one. Wants a request, for the address in its code."""
    with force_locale(CHINESE):
        return pdf.press(_form(move_in, document, inline(drawn) if drawn else ""))


def _form(move_in: MoveIn, document: Document, signature: str) -> str:
    if document.code == "registration":
        file = customer_file(get_whole_customer(move_in.customer_id), business_day())
        return tenants_paper.registration_form(file, signature)
    return render_template(
        "document/moves/pledge.html",
        move_in=move_in,
        heading=document.title,
        form_number=FORM_NUMBERS[document.code],
        pledge=PLEDGES[document.code].on(business_day()).splitlines(),
        role=ROLE_TITLES[move_in.role],
        signature=signature,
        **_about(move_in),
    )


def _about(move_in: MoveIn) -> dict[str, Any]:
    return {
        "estate": move_in.estate,
        "code": pdf.qr(url_for("moving_in.show", move_in_id=move_in.id, _external=True)),
        "printed_on": business_day(),
        "clerk": g.actor.name,
    }


def pack(move_in: MoveIn) -> bytes:
    """The cover with all it lists, then every paper of it, each with its own page numbers."""
    kept = documents_of(move_in.id)
    scans = [each for each in kept.values() if each.upload and is_paper(each.upload)]
    papers = [as_pdf(each.upload, str(BY_CODE[each.code].title)) for each in scans if each.upload]
    return pdf.joined([cover(move_in), *papers, *(slip_paper(slip) for slip in slips_about(KIND, move_in.id))])


def cover(move_in: MoveIn) -> bytes:
    """房屋交接清单: pressed from what was frozen when it was signed."""
    with force_locale(CHINESE):
        printed = pdf.document(
            "moves/pack.html",
            move_in=move_in,
            content=move_in.content,
            signing=SIGNING_TITLES[move_in.signing] if move_in.signing else "",
            signature=as_picture(move_in.signature),
            clerk_signature=as_picture(move_in.clerk_signature),
            **_about(move_in) | {"printed_on": business_day_of(move_in.signed_at or utc_now())},
        )
    return with_scan(printed, move_in.signature)


def pack_to_file(move_in_id: int) -> Paper:
    """The cover alone: the papers it lists lie beside it, each in its own place and once."""
    move_in = get_move_in(move_in_id)
    title = _("Handover of the unit %(number)s", number=move_in.number)
    return _paper(move_in, PACK_SLOT, title, cover(move_in), business_day_of(move_in.signed_at or utc_now()))


def document_to_file(move_in_document_id: int) -> Paper:
    kept: MoveInDocument = get_document(move_in_document_id)
    document, move_in = BY_CODE[kept.code], get_move_in(kept.move_in_id)
    title = f"{document.title} {move_in.number}"
    content = as_pdf(kept.upload, title) if kept.upload else b""
    return _paper(move_in, document.slot, title, content, business_day_of(kept.kept_at))


def _paper(move_in: MoveIn, slot: str, title: str, content: bytes, day: Any) -> Paper:
    return Paper(
        slot=slot,
        title=title,
        number=move_in.number,
        day=day,
        estate_id=move_in.estate_id,
        customer_ids=kept_ids([move_in.customer_id]),
        content=content,
    )
