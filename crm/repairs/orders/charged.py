"""The job on the page of the bill that was made of it."""

from __future__ import annotations

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.ledger.notes import Note
from crm.db import session
from crm.repairs.orders.models import RepairOrder


def job_of(bill: Bill) -> Note | None:
    """For whoever reads repairs. Found by its number, which the bill has as its note."""
    if bill.source is not BillSource.single or not bill.note or not g.actor.may(Permission.repair_read):
        return None
    found = select(RepairOrder.id, RepairOrder.number).where(
        RepairOrder.number == bill.note, RepairOrder.bill_id == bill.id, within(RepairOrder.estate_id)
    )
    job = session().execute(found).one_or_none()
    if job is None:
        return None
    told = _("Made of the finished repair %(number)s.", number=job.number)
    return Note(text=told, address=url_for("repairs.show", repair_id=job.id))
