"""The lines of a review in one INSERT … SELECT: the accounts, all that is known of them, what is advised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Insert, Select, String, Subquery, case, func, insert, literal, null, select

from crm.billing.ages import OVERDUE
from crm.billing.arrears.contacts.queries import last_contacts
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.arrears.promises.standing import kept_plans, pending_promises
from crm.billing.arrears.reviews import accounts
from crm.billing.arrears.reviews.advice import advice_of, due_step, reason, until
from crm.billing.arrears.reviews.levels import levels
from crm.billing.arrears.reviews.models import ArrearsLine, Review

SUMS = ("owed", "overdue", *(age.value for age in OVERDUE), "disputed", "credit", "deposits")
KEPT = (*SUMS, "bills", "oldest_due", "matters", "last_contact_on", "promise_id", "plan_id", "level", "last_step_on")


def known(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """Each account with something overdue on `day`, which is today: its sums in fen and all that decides what is next.

    oldest_due is of what nobody disputes; level 0: no step was taken since.
    """
    stand = _standing(estate_id, day).cte("standing")
    acts = levels(estate_id, day, stand).subquery("acts")
    level = func.coalesce(acts.c.level, 0).label("level")
    return select(stand, level, acts.c.last_step_on).outerjoin(acts, acts.c.customer_id == stand.c.customer_id)


def _standing(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    owing, parked = accounts.owing(estate_id, day), accounts.disputed(estate_id, day)
    undisputed = accounts.undisputed_due(estate_id, day, owing.c.customer_id)
    oldest = case((parked.c.disputed.is_(None), owing.c.oldest_due), else_=undisputed)
    credit, deposits = accounts.credit(estate_id), accounts.deposits(estate_id)
    talks, matters = last_contacts(estate_id, day).subquery(), accounts.matters(estate_id)
    promises, plans = pending_promises(estate_id, day).subquery(), kept_plans(estate_id, day).subquery()
    spared, cases = accounts.excluded(estate_id, day), accounts.at_lawyer(estate_id)
    holds = accounts.held(estate_id, day)
    found = select(
        *(column for column in owing.c if column.name != "oldest_due"),
        accounts.unit_of_oldest(estate_id, owing.c).label("unit_id"),
        oldest.label("oldest_due"),
        func.coalesce(parked.c.disputed, 0).label("disputed"),
        func.coalesce(credit.c.credit, 0).label("credit"),
        func.coalesce(deposits.c.deposits, 0).label("deposits"),
        (literal(0) if matters is None else func.coalesce(matters.c.matters, 0)).label("matters"),
        talks.c.contacted_on.label("last_contact_on"),
        promises.c.promise_id,
        promises.c.due_on.label("promised_until"),
        plans.c.plan_id,
        plans.c.next_due_on,
        spared.c.customer_id.is_not(None).label("is_excluded"),
        spared.c.until.label("excluded_until"),
        cases.c.case_id,
        holds.c.hold_until,
    )
    further = (parked, credit, deposits, talks, promises, plans, spared, cases, holds)
    return _beside(found.select_from(owing), owing, [each for each in (*further, matters) if each is not None])


def _beside(found: Select[*tuple[Any, ...]], owing: Subquery, further: Sequence[Subquery]) -> Select[*tuple[Any, ...]]:
    for each in further:
        found = found.outerjoin(each, each.c.customer_id == owing.c.customer_id)
    return found


def judged(estate_id: int, day: date, steps: Sequence[DunningStep]) -> Select[*tuple[Any, ...]]:
    """What is known, with why, step_id and advice: the queue as it is now."""
    facts = known(estate_id, day).subquery("known")
    with_step = select(facts, due_step(facts.c, steps, day).label("due_step_id")).subquery("stepped")
    why = select(with_step, reason(with_step.c, with_step.c.due_step_id, day).label("why")).subquery("judged")
    step = case((why.c.why == "step_due", why.c.due_step_id), else_=null())
    last = until(why.c.why, why.c)
    return select(why, advice_of(why.c.why).label("advice"), step.label("step_id"), last.label("advised_until"))


def lines_of(review: Review, steps: Sequence[DunningStep]) -> Insert:
    """INSERT … SELECT of the review's lines."""
    found = judged(review.estate_id, review.day, steps).subquery("line")
    given: dict[str, Any] = {
        "review_id": literal(review.id),
        "estate_id": literal(review.estate_id),
        "customer_id": found.c.customer_id,
        "unit_id": found.c.unit_id,
        **{name: found.c[name] for name in KEPT},
        "advice": found.c.advice,
        "why": found.c.why,
        "step_id": found.c.step_id,
        "advised_until": found.c.advised_until,
        "remark": literal("", String),
        "decided_by": literal("", String),
    }
    return insert(ArrearsLine).from_select(list(given), select(*given.values()), include_defaults=False)
