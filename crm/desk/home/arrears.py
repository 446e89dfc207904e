"""Arrears: whom to contact today, promises, the month's review, what runs out, letters to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import aliased

from crm.auth.permissions import Permission
from crm.billing.arithmetic import first_of, next_month
from crm.billing.arrears.contacts.models import LONGEST_AHEAD, Contact
from crm.billing.arrears.dunning.models import Demand, DemandPrint, DunningStep
from crm.billing.arrears.follow_up.due import WHY_TITLES, Why, due_list
from crm.billing.arrears.limitation.figures import SECOND_ALARM
from crm.billing.arrears.limitation.queries import limits
from crm.billing.arrears.promises.models import Promise, PromiseState
from crm.billing.arrears.promises.queries import promises
from crm.billing.arrears.promises.standing import promise_states
from crm.billing.arrears.reviews.models import ArrearsLine, Review, ReviewState
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.web.templating import money

LATELY = timedelta(days=30)  # promises broken before are the review's
LATE = timedelta(days=7)  # whoever was to be called before that is in the list of whom to contact


def _promised(most: int) -> Sequence[Todo]:
    day = business_day()
    listed = promises(day).where(Promise.due_on == day, Promise.withdrawn_at.is_(None))
    waits = listed.selected_columns.state == PromiseState.pending.value
    return [
        Todo(
            title=row.customer,
            about=_("Promised to pay %(sum)s yuan today", sum=money(row.amount)),
            url=url_for("promises.show", promise_id=row.id),
            **by_day(day, day),
        )
        for row in session().execute(listed.where(waits).order_by(Promise.amount.desc(), Promise.id).limit(most))
    ]


def _promise_figures() -> Sequence[Figure]:
    day = business_day()
    near = promise_states(day).where(Promise.due_on.between(day - LATELY, day), in_chosen_estate(Promise.estate_id))
    stand = near.subquery("stand").c
    today = and_(stand.due_on == day, stand.state == PromiseState.pending.value)
    broken = stand.state == PromiseState.broken.value
    found = select(func.count(case((today, 1))), func.count(case((broken, 1))))
    due, lost = session().execute(found).one()
    address = "promises.index"
    return [
        Figure(title=_("Promised for today"), count=due, url=url_for(address, state="pending", due="today")),
        Figure(title=_("Broken in the last 30 days"), count=lost, late=True),
    ]


def _to_contact(most: int) -> Sequence[Todo]:
    day = business_day()
    estate_ids = session().scalars(select(Estate.id).where(in_chosen_estate(Estate.id)).order_by(Estate.id)).all()
    listed = due_list(estate_ids, day)
    late, why = listed.selected_columns.late, listed.selected_columns.why
    promised = case((why == Why.broken.value, 0), else_=1)
    return [
        Todo(
            title=" ".join(filter(None, (row.units, row.customer))),
            about=f"{WHY_TITLES[Why(row.why)]} · {money(row.overdue)}",
            url=url_for("contacts.new", customer_id=row.customer_id),
            **by_day(day, day),
        )
        for row in session().execute(listed.order_by(promised, late.desc()).limit(most))
    ]


def _agreed(most: int) -> Sequence[Todo]:
    """Whom to call again by what was agreed, of those who still owe something: what the list of all takes long to
    reckon for a page that is opened all day."""
    day = business_day()
    later, bill = aliased(Contact), aliased(Bill)
    since = exists().where(later.customer_id == Contact.customer_id, later.id > Contact.id)
    owes = exists().where(bill.customer_id == Contact.customer_id, bill.open > NOUGHT)
    found = (
        select(Contact.customer_id, Contact.again_on, Contact.words, Customer.name)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(in_chosen_estate(Contact.estate_id), Contact.contacted_on >= day - LONGEST_AHEAD)
        .where(Contact.again_on.between(day - LATE, day), ~since, owes)
    )
    return [
        Todo(
            title=row.name,
            about=row.words,
            url=url_for("contacts.new", customer_id=row.customer_id),
            **by_day(row.again_on, day),
        )
        for row in session().execute(found.order_by(Contact.again_on, Contact.id).limit(most))
    ]


def _reviews() -> Sequence[Any]:
    """Of each estate the review of this month that is open, with what is undecided; without one, where some are
    overdue by the steps of the estate."""
    month = first_of(business_day())
    undecided = select(func.count()).where(ArrearsLine.review_id == Review.id, ArrearsLine.decision.is_(None))
    dunned = exists().where(DunningStep.estate_id == Estate.id)
    found = (
        select(Estate.id, Estate.name, Review.id.label("review_id"), undecided.scalar_subquery().label("undecided"))
        .outerjoin(Review, and_(Review.estate_id == Estate.id, Review.month == month))
        .where(in_chosen_estate(Estate.id), dunned, func.coalesce(Review.state, ReviewState.open) == ReviewState.open)
    )
    return session().execute(found.order_by(Estate.name)).all()


def _review_todo(most: int) -> Sequence[Todo]:
    day = business_day()
    when = by_day(next_month(first_of(day)) - timedelta(days=1), day)
    return [_review(row, when) for row in _reviews() if not row.review_id or row.undecided][:most]


def _review(row: Any, when: dict[str, Any]) -> Todo:
    if not row.review_id:
        return Todo(title=row.name, about=_("Open this month's arrears review"), url=url_for("arrears.new"), **when)
    words = _("%(count)s accounts of this month's review are to be decided", count=row.undecided)
    return Todo(title=row.name, about=words, url=url_for("arrears.show", review_id=row.review_id), **when)


def _review_figures() -> Sequence[Figure]:
    lines = select(func.count()).select_from(ArrearsLine).join(Review, Review.id == ArrearsLine.review_id)
    undecided = lines.where(Review.state == ReviewState.open, ArrearsLine.decision.is_(None))
    count = session().scalar(undecided.where(in_chosen_estate(Review.estate_id))) or 0
    return [Figure(title=_("Accounts to decide"), count=count)]


def _limit_figures() -> Sequence[Figure]:
    day = business_day()
    within = SECOND_ALARM.on(day)
    limit = limits(day, within)
    count = session().scalar(select(func.count()).where(limit.c.expires_on >= day)) or 0
    title = _("Bills that run out within %(count)s days", count=within)
    return [Figure(title=title, count=count, url=url_for("limitation.index", when="second"), late=True)]


def _letter_figures() -> Sequence[Figure]:
    """Made in the last 30 days, and not printed."""
    printed = exists().where(DemandPrint.demand_id == Demand.id)
    fresh = Demand.day >= business_day() - LATELY
    found = select(func.count()).where(~Demand.voided, ~printed, fresh, in_chosen_estate(Demand.estate_id))
    count = session().scalar(found) or 0
    return [Figure(title=_("Demand letters not printed"), count=count)]


PROMISES = Card(
    name="promises",
    title=_l("Promises to pay"),
    permission=Permission.arrears_read,
    url=lambda: url_for("promises.index"),
    todo=_promised,
    figures=_promise_figures,
)
AGREED = Card(
    name="agreed",
    title=_l("Agreed to call again"),
    permission=Permission.arrears_contact,
    url=lambda: url_for("contacts.due"),
    todo=_agreed,
)
CONTACTS = Card(
    name="contacts",
    title=_l("To contact today"),
    permission=Permission.arrears_contact,
    url=lambda: url_for("contacts.due"),
    todo=_to_contact,
)
ARREARS_REVIEW = Card(
    name="arrears-review",
    title=_l("Arrears review"),
    permission=Permission.arrears_review,
    url=lambda: url_for("arrears.index"),
    todo=_review_todo,
    figures=_review_figures,
)
LIMITATION = Card(
    name="limitation",
    title=_l("Limitation"),
    permission=Permission.arrears_read,
    url=lambda: url_for("limitation.index"),
    figures=_limit_figures,
)
DEMANDS = Card(
    name="demands",
    title=_l("Demand letters"),
    permission=Permission.arrears_review,
    url=lambda: url_for("letters.index"),
    figures=_letter_figures,
)
