"""When somebody is there next: a plan as long as people work there, its day reckoned from the last patrol.

The day is a column of the plan, so that lists, reminders and the home ask an index; the clock looks hourly whether
plans and renovations agree, however the renovation came to its state.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, update

from crm.audit.log import differences, record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import ON_SITE, Renovation
from crm.renovations.cases.queries import works_of
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.patrols.events import RenovationPatrolPlanned
from crm.renovations.patrols.figures import PATROL_DAYS, RISKY_PATROL_DAYS
from crm.renovations.patrols.models import RenovationPatrolPlan
from crm.renovations.patrols.queries import find_plan, last_of, left_behind, without_plan


def follow(renovation: Renovation) -> None:
    """Let the plan say what the renovation's state asks for. With the renovation held."""
    plan = find_plan(renovation.id)
    if renovation.state in ON_SITE and (plan is None or plan.next_on is None):
        _begin(renovation, plan)
    elif renovation.state not in ON_SITE and plan is not None and plan.next_on is not None:
        plan.next_on = None
        session().flush()


def _begin(renovation: Renovation, plan: RenovationPatrolPlan | None) -> None:
    day = business_day()
    plan = plan or RenovationPatrolPlan(
        renovation_id=renovation.id,
        estate_id=renovation.estate_id,
        building_id=renovation.building_id,
        every=days_between(renovation, day),
    )
    from_day = max(day, renovation.valid_from or day)
    plan.next_on = from_day + timedelta(days=plan.every)
    session().add(plan)
    session().flush()


def days_between(renovation: Renovation, day: date) -> int:
    """As the company says, more often where waterproofing or structure is touched."""
    usual, risky = PATROL_DAYS.on(day), RISKY_PATROL_DAYS.on(day)
    works = works_of([renovation.id]).get(renovation.id, [])
    return min(usual, risky) if any(work.wets or work.alters_structure for work in works) else usual


def change(plan: RenovationPatrolPlan, every: int, patroller_id: int | None, next_on: date) -> None:
    """Raises `DomainError` for somebody who may not patrol there, a day that has passed, or nothing new."""
    renovation = _held(plan)
    if patroller_id is not None and patroller_id not in {each.id for each in patrollers(plan.estate_id)}:
        raise DomainError(_("This person does not patrol this estate. Choose somebody else."))
    if next_on != plan.next_on and next_on < business_day():
        raise DomainError(_("The day has passed. Write today or a later one."))
    values = {"every": every, "patroller_id": patroller_id, "next_on": next_on}
    changes = differences(plan, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    if "patroller_id" in changes:
        before, after = changes.pop("patroller_id")
        changes["patroller"] = [_name(before), _name(after)]
    for name, value in values.items():
        setattr(plan, name, value)
    session().flush()
    session().expire(plan, ["patroller"])
    record(RenovationPatrolPlanned(changes=changes, **subjects(renovation)))


def patrollers(estate_id: int) -> list[User]:
    return list(who_may_in(estate_id, Permission.renovation_patrol))


def _name(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""


def take_over(plan: RenovationPatrolPlan) -> None:
    """The acting person goes there from now on. Two at once: one of them does."""
    free = [RenovationPatrolPlan.patroller_id.is_(None), RenovationPatrolPlan.next_on.is_not(None)]
    _hand_over(plan, free, actor().user_id)


def give_up(plan: RenovationPatrolPlan) -> None:
    """Open again, for whoever walks there."""
    _hand_over(plan, [RenovationPatrolPlan.patroller_id == actor().user_id], None)


def _hand_over(plan: RenovationPatrolPlan, conditions: Sequence[ColumnElement[bool]], user_id: int | None) -> None:
    before = plan.patroller_id
    taken = update(RenovationPatrolPlan).where(RenovationPatrolPlan.id == plan.id, *conditions)
    values = {"patroller_id": user_id, "version": RenovationPatrolPlan.version + 1}
    told = taken.values(values).returning(RenovationPatrolPlan.id).execution_options(synchronize_session=False)
    if session().execute(told).one_or_none() is None:
        raise DomainError(_("Somebody else was quicker: look at the list again."))
    session().expire(plan)
    renovation = session().get_one(Renovation, plan.renovation_id)
    changes = {"patroller": [_name(before), _name(user_id)]}
    record(RenovationPatrolPlanned(changes=changes, **subjects(renovation)))


def move_on(plan: RenovationPatrolPlan, day: date, again_on: date | None) -> None:
    """Somebody was there on that day: the next time follows from it, or is what they said, if that is sooner.

    A patrol sent late, after a later one, moves nothing.
    """
    if plan.next_on is None:
        return
    by_rhythm = day + timedelta(days=plan.every)
    plan.next_on = min(again_on, by_rhythm) if again_on else by_rhythm
    session().flush()


def keep_all() -> int:
    """Plans of every estate brought to what their renovations ask for; how many were wrong. For the clock."""
    wrong = [*without_plan(), *(session().get_one(Renovation, plan.renovation_id) for plan in left_behind())]
    for renovation in wrong:
        CASE.hold(renovation)
        follow(renovation)
    return len(wrong)


def _held(plan: RenovationPatrolPlan) -> Renovation:
    """Its renovation, held before the plan is looked at."""
    renovation = session().get_one(Renovation, plan.renovation_id)
    CASE.hold(renovation)
    session().refresh(plan, ["every", "patroller_id", "next_on"])
    return renovation


def plan_of(renovation: Renovation) -> RenovationPatrolPlan | None:
    """With the renovation held, as it stands now."""
    plan = find_plan(renovation.id)
    if plan is not None:
        session().refresh(plan, ["every", "next_on"])
    return plan


def was_there_later(renovation: Renovation, moment: datetime) -> bool:
    last = last_of(renovation.id)
    return last is not None and last.patrolled_at > moment
