"""Closing a month, and parking a line that a customer disputes."""

from __future__ import annotations

from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arithmetic import first_of, next_month
from crm.billing.ledger import queries, reports
from crm.billing.ledger.events import BillDisputed, DisputeReleased, PeriodClosed
from crm.billing.ledger.grounds import Ground
from crm.billing.ledger.models import Bill, Dispute, PeriodClose
from crm.billing.ledger.queries import Standing
from crm.billing.ledger.service.holding import hold, hold_accounts
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate


def close(estate: Estate, month: date) -> PeriodClose:
    """结账 of a month that is over; months are closed in their order. Raises `DomainError` otherwise."""
    month = first_of(month)
    session().execute(select(Estate.id).where(Estate.id == estate.id).with_for_update())
    if next_month(month) > business_day():
        raise DomainError(_("A month is closed when it is over."))
    first = queries.open_month(estate.id, date.min)
    if month < first:
        raise DomainError(_("This month is closed already."))
    if (earliest := queries.first_booked(estate.id, first)) and earliest < month:
        raise DomainError(_("Close %(month)s first.", month=earliest.strftime("%Y-%m")))
    closed = PeriodClose(
        estate_id=estate.id,
        month=month,
        figures=reports.month_figures(estate.id, month).told(),
        closed_by=g.actor.name,
        closed_at=utc_now(),
    )
    session().add(closed)
    session().flush()
    record(PeriodClosed(estate_id=estate.id, month=month))
    return closed


def close_up_to(estate: Estate, last: date) -> None:
    """Every month up to `last` that is not closed, each with its own figures. Raises `DomainError` as `close` does."""
    for month in reports.closable(estate.id, next_month(last)) or [last]:
        close(estate, month)


def dispute_hindrance(bill: Bill, standing: Standing) -> str:
    """Why the line cannot be parked now, or "". A dispute whose last day has passed hinders nothing."""
    if not bill.open:
        return _("Nothing of this bill is open any more.")
    return _("This line is disputed already.") if standing.disputed_on(business_day()) else ""


def dispute(bill: Bill, reason: str, until: date, waits_for: Ground | None = None) -> Dispute:
    """Park the line until a day, or until what it waits for is closed: allocations and letters leave it out."""
    hold(bill)
    standing = queries.standing_of(bill)
    if hindered := dispute_hindrance(bill, standing):
        raise DomainError(hindered)
    if not reason.strip():
        raise DomainError(_("Write what the customer says."))
    if until < business_day():
        raise DomainError(_("The last day must not lie in the past."))
    if standing.dispute:
        _end(standing.dispute, bill, _("The last day had passed; it was noted anew."))
    made = Dispute(bill_id=bill.id, reason=reason, until=until, raised_by=g.actor.name, raised_at=utc_now())
    if waits_for:
        made.about_kind, made.about_id = waits_for.kind, waits_for.id
    session().add(made)
    session().flush()
    about = waits_for.about if waits_for else ""
    record(BillDisputed(bill_id=bill.id, customer_id=bill.customer_id, until=until, reason=reason, about=about))
    return made


def release_dispute(bill: Bill, outcome: str) -> None:
    hold(bill)
    parked = queries.open_dispute(bill.id)
    if parked is None:
        raise DomainError(_("This line is not disputed."))
    if not outcome.strip():
        raise DomainError(_("Write how it ended."))
    _end(parked, bill, outcome)


def release_waiting_for(kind: str, thing_id: int, outcome: str) -> int:
    """End every dispute that waited for a thing that is closed now, whosever estate it is; how many there were."""
    waiting = select(Dispute.bill_id).where(
        Dispute.about_kind == kind, Dispute.about_id == thing_id, Dispute.released_at.is_(None)
    )
    bills = session().scalars(select(Bill).where(Bill.id.in_(waiting)).order_by(Bill.customer_id, Bill.id)).all()
    hold_accounts({bill.customer_id for bill in bills})
    for bill in bills:
        release_dispute(bill, outcome)
    return len(bills)


def _end(parked: Dispute, bill: Bill, outcome: str) -> None:
    parked.released_by, parked.released_at, parked.outcome = g.actor.name, utc_now(), outcome
    record(DisputeReleased(bill_id=bill.id, customer_id=bill.customer_id, outcome=outcome))
