"""The packs that were made; read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.arrears.evidence.models import EvidencePack
from crm.db import session
from crm.files.models import Upload
from crm.tenants.models import Customer
from crm.tenants.queries import in_file


def get_pack(evidence_pack_id: int) -> EvidencePack:
    """With its file; 404 outside the person's estates."""
    found = select(EvidencePack).where(EvidencePack.id == evidence_pack_id, within(EvidencePack.estate_id))
    whole = found.options(joinedload(EvidencePack.upload).joinedload(Upload.stored))
    return session().scalars(whole).one_or_none() or abort(404)


def packs_of(customer: Customer) -> Sequence[EvidencePack]:
    """The newest first."""
    mine = in_file(EvidencePack.customer_id, customer.id), within(EvidencePack.estate_id)
    found = select(EvidencePack).where(*mine).options(joinedload(EvidencePack.upload))
    return session().scalars(found.order_by(EvidencePack.id.desc())).all()
