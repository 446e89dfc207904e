"""Filing: the job's sheet goes into the customer's dossier, section 10. Clause P-14."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from crm.archive.dossiers.service import DocumentFacts, file_document
from crm.audit.log import record
from crm.dates import business_day_of
from crm.files.models import Upload
from crm.repairs.orders.events import RepairFiled
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.service.steps import NOW, subjects, take
from crm.tenants.filing import SUBJECT

SLOT, KIND = "repair_order", "repair_order"


def file(order: RepairOrder, sheet: Callable[[RepairOrder], Upload] | None = None) -> None:
    """`sheet` makes and keeps the paper once the order is filed; None: it lies in the dossier as paper alone."""
    at = take(order, "file", filed_at=NOW)
    item_id = None
    if order.customer_id is not None:
        facts = DocumentFacts(
            title=_("Repair order %(number)s", number=order.number),
            date=business_day_of(at),
            doc_no=order.number,
            upload_id=sheet(order).id if sheet else None,
            source_kind=KIND,
            source_id=order.id,
        )
        item_id = file_document(SUBJECT, order.customer_id, SLOT, facts).id
    record(RepairFiled(item_id=item_id, **subjects(order)))
