"""Imports of payment histories, inside the acting person's estates, and what they put into the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.charges.models import ChargeItem
from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.billing.importing.tally import Tally
from crm.billing.ledger.models import Bill, Payment
from crm.db import session
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate

ENDED = (JobState.done, JobState.failed, JobState.cancelled)


def imports() -> Select[FeeImport, Upload, Estate]:
    rows = select(FeeImport, Upload, Estate).join(Upload, FeeImport.upload_id == Upload.id)
    return rows.join(Estate, FeeImport.estate_id == Estate.id).where(in_chosen_estate(FeeImport.estate_id))


def get_import(fee_import_id: int) -> FeeImport:
    """404 outside the person's estates."""
    found = select(FeeImport).where(FeeImport.id == fee_import_id, within(FeeImport.estate_id))
    whole = joinedload(FeeImport.upload), joinedload(FeeImport.job), joinedload(FeeImport.estate)
    return session().scalars(found.options(*whole)).one_or_none() or abort(404)


def working_import(estate_id: int) -> int | None:
    """The one into the estate that background work is under way for."""
    live = select(FeeImport.id).join(Job, Job.id == FeeImport.job_id)
    return session().scalar(live.where(FeeImport.estate_id == estate_id, Job.state.not_in(ENDED)).limit(1))


def items_of(estate_id: int) -> dict[int, str]:
    """Id -> name, those in use first."""
    found = select(ChargeItem.id, ChargeItem.name).where(ChargeItem.estate_id == estate_id)
    ordered = found.order_by(ChargeItem.active.desc(), ChargeItem.position, ChargeItem.id)
    return {row.id: row.name for row in session().execute(ordered)}


def in_the_books(fee_import_id: int) -> Tally:
    """What the import's bills and payments come to."""
    sums: Any = (
        select(
            func.count(),
            func.coalesce(func.sum(Bill.amount), Decimal(0)),
            func.coalesce(func.sum(Payment.amount), Decimal(0)),
        )
        .select_from(FeeImportRow)
        .join(Bill, Bill.id == FeeImportRow.bill_id)
        .outerjoin(Payment, Payment.id == FeeImportRow.payment_id)
        .where(FeeImportRow.fee_import_id == fee_import_id)
    )
    rows, due, paid = session().execute(sums).one()
    return Tally(rows=rows, due=due, paid=paid)
