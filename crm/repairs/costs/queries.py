"""Lines and proofs inside the acting person's estates."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.db import session
from crm.files.models import Upload
from crm.repairs.orders.models import QuoteAnswer, RepairLine, RepairOrder, RepairQuote


def get_line(repair_line_id: int) -> RepairLine:
    """404 outside the person's estates."""
    found = select(RepairLine).join(RepairOrder, RepairOrder.id == RepairLine.repair_order_id)
    mine = found.where(RepairLine.id == repair_line_id, within(RepairOrder.estate_id))
    return session().scalars(mine).one_or_none() or abort(404)


def get_proof(repair_quote_id: int) -> Upload:
    """Of the answer to a quote; 404 where there is none, and outside the person's estates."""
    found = (
        select(Upload)
        .join(QuoteAnswer, QuoteAnswer.upload_id == Upload.id)
        .join(RepairQuote, RepairQuote.id == QuoteAnswer.quote_id)
        .join(RepairOrder, RepairOrder.id == RepairQuote.repair_order_id)
        .where(RepairQuote.id == repair_quote_id, within(RepairOrder.estate_id))
        .options(joinedload(Upload.stored))
    )
    return session().scalars(found).one_or_none() or abort(404)
