"""Storing a pack and noting who got the customer's data in full, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.arrears.cases.queries import get_case
from crm.billing.arrears.evidence.events import EvidenceFetched, EvidenceMade
from crm.billing.arrears.evidence.models import EvidencePack
from crm.dates import utc_now
from crm.db import session
from crm.files import store
from crm.tenants.models import Customer
from crm.tenants.queries import get_whole_customer
from crm.tenants.service import reveal_id_number, reveal_phone

PURPOSE = "evidence"  # of packs in the store; fetched from their own page
LARGEST = 400 * 1024 * 1024  # bytes; our own files, not somebody's upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A file that is ready: what it claims in yuan as of a day, and why it was wanted."""

    content: bytes
    pages: int
    missing: int
    day: date
    claimed: Decimal
    reason: str


def keep(customer_id: int, case_id: int | None, bound: Bound) -> EvidencePack:
    """Store it, and note that the customer's numbers went out in full; that of a case belongs to the case now."""
    customer, case = get_whole_customer(customer_id), get_case(case_id) if case_id else None
    name = f"{_('Evidence pack')} {customer.code} {bound.day.isoformat()}.pdf"
    upload = store.keep(bound.content, name, purpose=PURPOSE, estate_id=customer.estate_id, largest=LARGEST)
    made = EvidencePack(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        case_id=case_id,
        upload_id=upload.id,
        day=bound.day,
        claimed=bound.claimed,
        pages=bound.pages,
        missing=bound.missing,
        reason=bound.reason,
        made_by_id=g.actor.user_id,
        made_by=g.actor.name,
        made_at=utc_now(),
    )
    session().add(made)
    if case:
        case.upload_id = upload.id
    session().flush()
    _note(made, customer, upload.sha256)
    return made


def _note(made: EvidencePack, customer: Customer, sha256: str) -> None:
    record(
        EvidenceMade(
            evidence_pack_id=made.id,
            customer_id=made.customer_id,
            legal_case_id=made.case_id,
            estate_id=made.estate_id,
            amount=made.claimed,
            pages=made.pages,
            missing=made.missing,
            sha256=sha256,
            reason=made.reason,
        )
    )
    why = f"paperwork: {made.reason}"
    if customer.id_number:
        reveal_id_number(customer, why)
    for phone in customer.phones:
        reveal_phone(customer, phone, why)


def fetch(made: EvidencePack) -> bytes:
    """The file, its hash proved; that it was fetched is noted."""
    content = store.read(made.upload)
    record(
        EvidenceFetched(
            evidence_pack_id=made.id,
            customer_id=made.customer_id,
            estate_id=made.estate_id,
            sha256=made.upload.sha256,
        )
    )
    return content
