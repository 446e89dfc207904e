"""From the form to the slip: also where keys are handed out in the course of something else, such as a move-in."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _

from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.moves.keys import service
from crm.moves.keys.forms import GiveForm, SignatureFields
from crm.moves.keys.models import Holder, KeySlip, Signing
from crm.moves.keys.queries import KeysOf, get_slip, keys_of
from crm.moves.keys.service import Giving, Taken
from crm.moves.scans import is_paper
from crm.properties.models import Unit
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer

PURPOSE = "keys"  # of a drawn name or a scan in the store; it is seen on its slip


def signature_of(form: SignatureFields, estate_id: int, purpose: str) -> tuple[Signing, Upload] | None:
    """What was drawn, else the scan; None where nobody signed. Raises `DomainError` for what is no readable paper."""
    if drawn := form.drawing.drawn:
        return Signing.drawn, store.keep_picture(drawn, "signature.png", purpose=purpose, estate_id=estate_id)
    scan = form.scan.data
    if not scan or not scan.filename:
        return None
    upload = store.keep(scan.read(), scan.filename, purpose=purpose, estate_id=estate_id)
    session().refresh(upload, ["stored"])
    if not is_paper(upload):
        raise DomainError(_("Choose a PDF or a picture: other files cannot be laid among papers."))
    return Signing.scanned, upload


def give_form(unit: Unit, holder: str = "") -> tuple[Any, list[KeysOf]]:
    """The form with a line for each kind that the unit has; one of each is likely."""
    held = list(keys_of(unit.id))
    lines = [{"unit_key_id": each.key.id, "count": min(each.here, 1)} for each in held]
    given: dict[str, Any] = {"holder": holder, "given_on": business_day(), "key": secrets.token_hex(12)}
    return GiveForm(lines=lines, **given), held


def give(unit: Unit, form: Any, customer: Customer | None = None, about: tuple[str, int] | None = None) -> KeySlip:
    """The slip, signed where somebody signed."""
    customer = customer or get_customer(form.customer_id.data)
    taken = [(line.form.unit_key_id.data, line.form.count.data or 0) for line in form.lines]
    made = service.give(
        unit,
        Giving(
            customer=customer,
            lines=[Taken(unit_key_id=key_id, count=count) for key_id, count in taken if count],
            holder=form.holder.data,
            holder_kind=Holder(form.holder_kind.data),
            phone=form.phone.data or "",
            authority=form.authority.data or "",
            given_on=form.given_on.data,
            note=form.note.data or "",
            about_kind=about[0] if about else "",
            about_id=about[1] if about else None,
            key=form.key.data or None,
        ),
    )
    if made.upload_id is None:
        sign(made, form)
    return made


def sign(slip: KeySlip, form: SignatureFields) -> None:
    """Nothing where nobody signed yet."""
    if signature := signature_of(form, slip.estate_id, PURPOSE):
        signing, upload = signature
        service.sign(get_slip(slip.id), signing, upload.id)
