"""The sheets of a hand-over, pressed from what was frozen; filed in the dossiers of both sides (P-06, P-08, P-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from crm.billing.charges.models import METER_TITLES, MeterKind
from crm.dates import business_day, business_day_of, utc_now
from crm.db import session
from crm.files.models import Upload
from crm.moves.leaving import queries
from crm.moves.leaving.models import KIND_TITLES, Leaving, LeavingKind, LeavingSheet, Side
from crm.moves.scans import as_pdf
from crm.tenants.closing import CHINESE, Paper
from crm.tenants.models import ROLE_TITLES, OccupancyRole
from crm.tenants.moving_out import checks
from crm.tenants.queries import kept_ids
from crm.web import pdf
from crm.web.drawing import inline

FORMS = {LeavingKind.move_out: "YH-QC-01", LeavingKind.sale: "YH-GH-01"}
BUYERS_FORM = "YH-GH-02"
SLOTS = {Side.leaves: "move_out", Side.buys: "unit_handover"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Signatures as pictures."""

    leaver: bytes | None = None
    buyer: bytes | None = None
    clerk: bytes | None = None

    def addresses(self) -> dict[str, str]:
        drawn = {"leaver": self.leaver, "buyer": self.buyer, "clerk": self.clerk}
        return {part: inline(picture) if picture else "" for part, picture in drawn.items()}


NOT_SIGNED = Drawn()


def sheet_paper(leaving: Leaving, content: dict[str, Any], drawn: Drawn = NOT_SIGNED) -> bytes:
    """For whoever leaves: with what they owe and get back. Unsigned: to be looked at, or signed on paper."""
    return _pressed("moves/leaving/sheet.html", leaving, content, drawn, FORMS[leaving.kind])


def buyers_paper(leaving: Leaving, content: dict[str, Any], drawn: Drawn = NOT_SIGNED) -> bytes:
    """For whoever takes over: nothing of what others owe."""
    theirs = {name: told for name, told in content.items() if name not in ("accounts", "open_note", "marks")}
    return _pressed("moves/leaving/handover.html", leaving, theirs, drawn, BUYERS_FORM)


def _pressed(template: str, leaving: Leaving, content: dict[str, Any], drawn: Drawn, form: str) -> bytes:
    with force_locale(CHINESE):
        return pdf.document(
            template,
            content=content,
            form=form,
            company=content["company"],
            clerk=content["clerk"],
            kind=KIND_TITLES[LeavingKind(content["kind"])],
            roles={role.value: title for role, title in ROLE_TITLES.items()},
            owner=OccupancyRole.owner.value,
            meters={kind.value: METER_TITLES[kind] for kind in MeterKind},
            checks={check.name: check.title for check in checks},
            drawn=drawn.addresses(),
            code=pdf.qr(url_for("leavings.show", leaving_id=leaving.id, _external=True)),
            printed_on=business_day(),
        )


def to_file(leaving_id: int) -> Paper:
    return _paper(leaving_id, Side.leaves)


def buyers_to_file(leaving_id: int) -> Paper:
    return _paper(leaving_id, Side.buys)


def _paper(leaving_id: int, side: Side) -> Paper:
    """The bytes that were signed; of a sheet signed on paper its scan."""
    leaving = queries.get_leaving(leaving_id)
    sheet = queries.sheet_of(leaving_id)
    if sheet is None:
        raise LookupError(leaving.number)
    kind = KIND_TITLES[leaving.kind]
    return Paper(
        slot=SLOTS[side],
        title=_("Hand-over sheet %(unit)s (%(kind)s)", unit=leaving.unit.label, kind=kind),
        number=leaving.number,
        day=business_day_of(leaving.closed_at or utc_now()),
        estate_id=leaving.estate_id,
        customer_ids=kept_ids([party.customer_id for party in leaving.of(side)]),
        content=signed_bytes(sheet, side),
    )


def signed_bytes(sheet: LeavingSheet, side: Side) -> bytes:
    """As PDF: what is filed, and what the page shows."""
    scan_id, paper_id = (
        (sheet.buyers_scan_id, sheet.buyers_paper_id) if side is Side.buys else (sheet.scan_id, sheet.paper_id)
    )
    upload = session().get_one(Upload, scan_id or paper_id, options=[joinedload(Upload.stored)])
    return as_pdf(upload, sheet.content["number"])
