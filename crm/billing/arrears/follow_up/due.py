"""To contact today: one SELECT over the accounts of an estate with something overdue that nobody disputes.

An account is on the list when the rule says so (long overdue and not talked to for too long), when a day was agreed on,
when a promise falls due today or was broken since the last talk. It is off the list while a promise is pending, a plan
is kept, credit would settle it all, an earlier review holds it, it is excluded or with the lawyer.

Its parts stand beside each other as CTEs: one inside the other they are too deep for SQLite's parser once a list is
made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.billing.arrears.contacts.figures import AFTER, EVERY
from crm.billing.arrears.contacts.models import Contact
from crm.billing.arrears.contacts.queries import last_notes
from crm.billing.arrears.promises.models import Promise, PromiseState
from crm.billing.arrears.promises.standing import kept_plans, promise_states
from crm.billing.arrears.reviews import accounts
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Bill, Dispute
from crm.billing.ledger.queries import NOUGHT
from crm.money import Fen
from crm.properties.models import Estate, Unit
from crm.sql import days_between, later
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import in_file, labels, lasts_on, phone_of

NEVER_BEFORE = date(1900, 1, 1)
NOT_DUE = -1
Agreed = aliased(Contact)


class Why(StrEnum):
    """Why somebody is to be contacted: the first that fits."""

    broken = "broken"
    promised = "promised"
    agreed = "agreed"
    never = "never"
    rule = "rule"


WHY_TITLES = {
    Why.broken: _l("Promise broken"),
    Why.promised: _l("Promise due today"),
    Why.agreed: _l("Agreed to call again"),
    Why.never: _l("Never talked to"),
    Why.rule: _l("Not talked to for too long"),
}


def _owing(estate_id: int, day: date) -> CTE:
    """customer_id, overdue (fen) and oldest_due of what is overdue and not disputed."""
    parked = select(Dispute.bill_id).join(Bill, Bill.id == Dispute.bill_id)
    parked = parked.where(Bill.estate_id == estate_id, Dispute.released_at.is_(None), Dispute.until >= day)
    files = (
        select(
            Bill.customer_id,
            func.min(Bill.due_on).label("oldest_due"),
            cast(func.sum(whole(Bill.open)), BigInteger).label("overdue"),
        )
        .where(Bill.estate_id == estate_id, Bill.open > NOUGHT, Bill.due_on < literal(day, Date))
        .where(Bill.id.not_in(parked))
        .group_by(Bill.customer_id)
        .cte()
    )
    sums = (
        func.min(files.c.oldest_due).label("oldest_due"),
        cast(func.sum(files.c.overdue), BigInteger).label("overdue"),
    )
    kept = Customer.kept_id
    joined = select(kept.label("customer_id"), *sums).join(files, files.c.customer_id == Customer.id)
    return joined.group_by(kept).cte()


def _last_promises(estate_id: int, day: date) -> CTE:
    """customer_id, promise_id, promised_on and promise_state of each account's promise due last.

    Of several due on one day the one noted last. Grouped once more although it is one row each: without that SQLite
    reads all of it again for every account.
    """
    rank = func.row_number().over(partition_by=Customer.kept_id, order_by=(Promise.due_on.desc(), Promise.id.desc()))
    ranked = (
        select(Customer.kept_id.label("customer_id"), Promise.id.label("promise_id"), rank.label("rank"))
        .join(Customer, Customer.id == Promise.customer_id)
        .where(Promise.estate_id == estate_id, Promise.withdrawn_at.is_(None), Promise.made_on <= day)
        .cte()
    )
    states = promise_states(day).subquery("states")
    found = select(
        ranked.c.customer_id,
        func.max(ranked.c.promise_id).label("promise_id"),
        func.max(states.c.due_on).label("promised_on"),
        func.max(states.c.state).label("promise_state"),
    )
    last = found.join(states, states.c.id == ranked.c.promise_id).where(ranked.c.rank == 1)
    return last.group_by(ranked.c.customer_id).cte()


def due_of(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """customer_id, estate_id, oldest_due, overdue (fen), why, late (days since it was due), talked_on, contact_id,
    again_on, collector_id, promise_id, promised_on, promise_state and matters of every account that is due."""
    known = _known(estate_id, day).cte()
    ways = _ways(known.c, day)
    late = later(*(days for _why, days in ways), type_=Integer)
    why = case(*((days >= 0, literal(each.value, String)) for each, days in ways), else_=None)
    found = select(known, why.label("why"), late.label("late")).cte()
    return select(found).where(found.c.late >= 0)


def _ways(known: Any, day: date) -> list[tuple[Why, Any]]:
    """Each reason with the days since it is one; below nought where it is none."""
    today = literal(day, Date)
    none = literal(NOT_DUE, Integer)
    overdue_for = days_between(known.oldest_due, today) - AFTER.on(day)
    silent_for = days_between(known.talked_on, today) - EVERY.on(day)
    broken = and_(
        known.promise_state == PromiseState.broken.value,
        func.coalesce(known.talked_on, literal(NEVER_BEFORE, Date)) <= known.promised_on,
    )
    falls_due = and_(known.promise_state == PromiseState.pending.value, known.promised_on == today)
    by_rule = case((silent_for < overdue_for, silent_for), else_=overdue_for)
    return [
        (Why.broken, case((broken, days_between(known.promised_on, today) - 1), else_=none)),
        (Why.promised, case((falls_due, literal(0, Integer)), else_=none)),
        (Why.agreed, case((known.again_on.is_(None), none), else_=days_between(known.again_on, today))),
        (Why.never, case((known.talked_on.is_(None), overdue_for), else_=none)),
        (Why.rule, case((known.talked_on.is_(None), none), else_=by_rule)),
    ]


def _known(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """All that decides it, of accounts that nothing takes off the list. Who was tried today comes again tomorrow."""
    owing, notes = _owing(estate_id, day), last_notes(estate_id, day).cte()
    promised, credit, ours = _last_promises(estate_id, day), accounts.credit(estate_id), accounts.matters(estate_id)
    matters = literal(0) if ours is None else func.coalesce(ours.c.matters, 0)
    found = select(
        owing,
        literal(estate_id).label("estate_id"),
        notes.c.talked_on,
        notes.c.contact_id,
        Agreed.again_on,
        Contact.made_by_id.label("collector_id"),
        promised.c.promise_id,
        promised.c.promised_on,
        promised.c.promise_state,
        cast(matters, Integer).label("matters"),
    ).select_from(owing)
    for each in (promised, notes, credit, *(() if ours is None else (ours,))):
        found = found.outerjoin(each, each.c.customer_id == owing.c.customer_id)
    waits = and_(promised.c.promise_state == PromiseState.pending.value, promised.c.promised_on > literal(day, Date))
    return (
        found.outerjoin(Contact, Contact.id == notes.c.contact_id)
        .outerjoin(Agreed, Agreed.id == notes.c.agreed_id)
        .where(owing.c.customer_id.not_in(_taken_off(estate_id, day)))
        .where(func.coalesce(credit.c.credit, 0) < owing.c.overdue)
        .where(or_(promised.c.promise_id.is_(None), ~waits))
        .where(func.coalesce(notes.c.tried_on, literal(NEVER_BEFORE, Date)) < literal(day, Date))
    )


def _taken_off(estate_id: int, day: date) -> Any:
    """The accounts that keep a plan, are held by an earlier review, excluded, or with the lawyer."""
    held, spared, cases = (
        accounts.held(estate_id, day),
        accounts.excluded(estate_id, day),
        accounts.at_lawyer(estate_id),
    )
    plans = kept_plans(estate_id, day).subquery("plans")
    return union_all(*(select(each.c.customer_id) for each in (plans, held, spared, cases)))


def due_list(estate_ids: Sequence[int], day: date) -> Select[*tuple[Any, ...]]:
    """The accounts of these estates with name, units and telephone, for a list; sums in yuan."""
    due = union_all(*(due_of(each, day) for each in estate_ids or (0,))).subquery("due")
    last = aliased(Contact)
    columns = (column for column in due.c if column.name not in ("overdue", "customer_id"))
    return (
        select(
            *columns,
            Customer.id,
            Customer.id.label("customer_id"),
            Customer.name.label("customer"),
            type_coerce(due.c.overdue, Fen).label("overdue"),
            labels(day).label("units"),
            phone_of(day).label("phone"),
            Estate.name.label("estate"),
            last.outcome,
            last.contacted_on,
            last.made_by,
        )
        .select_from(due)
        .outerjoin(Customer, Customer.id == due.c.customer_id)  # there is one: so no planner walks all customers first
        .outerjoin(Estate, Estate.id == due.c.estate_id)
        .outerjoin(last, last.id == due.c.contact_id)
    )


def in_building(building_id: int, day: date) -> Any:
    """The customers with a unit of the building."""
    held = select(Occupancy.id).join(Unit, Unit.id == Occupancy.unit_id)
    mine = held.where(Unit.building_id == building_id, in_file(Occupancy.customer_id), lasts_on(Occupancy, day))
    return mine.correlate(Customer).exists()


def due_by_collector(estate_ids: Sequence[int], day: date) -> Select[*tuple[Any, ...]]:
    """collector_id and how many accounts are due of which he or she noted the last contact."""
    due = union_all(*(due_of(each, day) for each in estate_ids or (0,))).subquery("due")
    found = select(due.c.collector_id, func.count().label("accounts")).where(due.c.collector_id.is_not(None))
    return found.group_by(due.c.collector_id)
