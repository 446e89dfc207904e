"""钥匙签收单: pressed from the slip, whose rows never change; filed in the dossier's section 4."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import HOLDER_TITLES, SIGNING_TITLES, KeySlip
from crm.moves.keys.queries import get_slip
from crm.moves.scans import as_picture, with_scan
from crm.phones import mask_phone
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.web import pdf

SLOT = "key_receipt"


def slip_paper(slip: KeySlip) -> bytes:
    """With the drawn name; what was signed on paper and scanned as one PDF goes with it. Wants a request, for the
    address in its code."""
    printed = pdf.document(
        "moves/key_slip.html",
        slip=slip,
        lines=[(KINDS.title_of(line.unit_key.kind), line.unit_key.label, line.count) for line in slip.lines],
        holder=HOLDER_TITLES[slip.holder_kind],
        phone=mask_phone(slip.phone) if slip.phone else "",
        signing=SIGNING_TITLES[slip.signing] if slip.signing else "",
        signature=as_picture(slip.upload),
        estate=slip.estate,
        code=pdf.qr(url_for("keys.slip", key_slip_id=slip.id, _external=True)),
        printed_on=slip.given_on,
        clerk=g.actor.name,
    )
    return with_scan(printed, slip.upload)


def slip_to_file(key_slip_id: int) -> Paper:
    slip: Any = get_slip(key_slip_id)
    return Paper(
        slot=SLOT,
        title=_("Key receipt %(number)s", number=slip.number),
        number=slip.number,
        day=slip.given_on,
        estate_id=slip.estate_id,
        customer_ids=kept_ids([slip.customer_id]),
        content=slip_paper(slip),
    )
