"""Items, runs and their neighbours, read inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.charges.models import BY_RUN, ChargeItem
from crm.billing.runs.models import BillingRun, Publication
from crm.dates import parse_month
from crm.db import session
from crm.errors import DomainError

YEARS = range(2000, 2100)


def get_item(item_id: int) -> ChargeItem:
    """With its estate; 404 outside the person's estates, as every `get_` here does, and for what no run charges."""
    found = select(ChargeItem).where(
        ChargeItem.id == item_id, within(ChargeItem.estate_id), ChargeItem.basis.in_(BY_RUN)
    )
    return session().scalars(found.options(joinedload(ChargeItem.estate))).one_or_none() or abort(404)


def items_of(estate_id: int, period: date) -> Sequence[ChargeItem]:
    """What a run charges in the estate, and what was charged in that month though it is no more."""
    billed = select(BillingRun.item_id).where(BillingRun.estate_id == estate_id, BillingRun.period == period)
    found = select(ChargeItem).where(ChargeItem.estate_id == estate_id, ChargeItem.basis.in_(BY_RUN))
    shown = found.where(or_(ChargeItem.active, ChargeItem.id.in_(billed)))
    return session().scalars(shown.order_by(ChargeItem.position, ChargeItem.name, ChargeItem.id)).all()


def get_run(billing_run_id: int) -> BillingRun:
    found = select(BillingRun).where(BillingRun.id == billing_run_id, within(BillingRun.estate_id))
    whole = found.options(joinedload(BillingRun.item).joinedload(ChargeItem.estate))
    return session().scalars(whole).one_or_none() or abort(404)


def find_run(item: ChargeItem, period: date) -> BillingRun | None:
    found = select(BillingRun).where(BillingRun.item_id == item.id, BillingRun.period == period)
    return session().scalars(found).one_or_none()


def publications(run: BillingRun) -> Sequence[Publication]:
    return session().scalars(select(Publication).where(Publication.run_id == run.id).order_by(Publication.id)).all()


def month_typed(text: str, today: date) -> date:
    """The first day of the month somebody typed, this month for nothing. Raises `DomainError` for what is no month."""
    if not text.strip():
        return today.replace(day=1)
    try:
        month = parse_month(text, today)
    except ValueError:
        month = None
    if month is None or month.year not in YEARS:
        raise DomainError(_("Write a month such as 2026-11."))
    return month
