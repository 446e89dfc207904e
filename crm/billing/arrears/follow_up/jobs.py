"""Once a day the collectors of each estate are told what falls due: whoever noted it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from crm.auth.models import User
from crm.billing.arrears.follow_up.due import due_by_collector
from crm.billing.arrears.follow_up.models import ArrearsReminder
from crm.billing.arrears.promises.listings import SOON
from crm.billing.arrears.promises.models import InstalmentPlan, PlanStanding, PlanState, Promise, PromiseState
from crm.billing.arrears.promises.standing import instalment_figures, plan_standings, promise_states
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate

PROMISES, PLANS, CONTACTS = "/arrears/promises/", "/arrears/plans/", "/arrears/contacts/due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """`words` are spoken in the language of whoever is told."""

    user_id: int
    words: Callable[[], str]
    address: str


def remind() -> int:
    """Ring for what falls due, estate by estate; how often. Several clocks at once never ring twice on one day."""
    with unit_of_work(writes=False):
        estates = session().execute(select(Estate.id, Estate.name).order_by(Estate.id)).all()
    return sum(_remind_of(row.id, row.name) for row in estates)


def _remind_of(estate_id: int, name: str) -> int:
    with unit_of_work():
        day = business_day()
        told = insert(ArrearsReminder).values(estate_id=estate_id, day=day, told_at=utc_now())
        if session().scalar(told.on_conflict_do_nothing().returning(ArrearsReminder.estate_id)) is None:
            return 0
        found = list(_reminders(estate_id, name, day))
        people = _locales({each.user_id for each in found})
        rung = [each for each in found if each.user_id in people]
        for each in rung:
            with force_locale(people[each.user_id]):
                text = each.words()
            notify(each.user_id, text, each.address, icon="phone-call")
        return len(rung)


def _locales(user_ids: set[int]) -> dict[int, str]:
    found = select(User.id, User.locale).where(User.id.in_(user_ids), User.active)
    return {row.id: row.locale for row in session().execute(found)}


def _reminders(estate_id: int, name: str, day: date) -> Iterator[Reminder]:
    """What is to be done first comes last: the bell shows the latest on top."""
    yesterday = day - timedelta(days=1)
    soon = f"{PLANS}?{urlencode({'next': 'soon'})}"
    due_today, broken = _register("today", PromiseState.pending), _register("yesterday", PromiseState.broken)
    kinds = (
        (due_by_collector([estate_id], day), _contacts, CONTACTS),
        (_instalments(estate_id, day), _instalments_due, soon),
        (_promises(estate_id, yesterday, PromiseState.broken, day), _broken, broken),
        (_promises(estate_id, day, PromiseState.pending, day), _fall_due, due_today),
    )
    for found, words, address in kinds:
        for user_id, count in session().execute(found):
            yield Reminder(user_id=user_id, words=partial(words, name, count), address=address)


def _register(due: str, state: PromiseState) -> str:
    return f"{PROMISES}?{urlencode({'due': due, 'state': state.value})}"


def _contacts(name: str, count: int) -> str:
    return _("%(estate)s: to contact today, %(count)s of yours", estate=name, count=count)


def _instalments_due(name: str, count: int) -> str:
    told = {"estate": name, "count": count, "days": SOON}
    return _("%(estate)s: instalments due in %(days)s days, %(count)s in all", **told)


def _broken(name: str, count: int) -> str:
    return _("%(estate)s: promises broken yesterday, %(count)s in all", estate=name, count=count)


def _fall_due(name: str, count: int) -> str:
    return _("%(estate)s: promises that fall due today, %(count)s in all", estate=name, count=count)


def _promises(estate_id: int, due_on: date, state: PromiseState, day: date) -> Select[*tuple[Any, ...]]:
    """Whoever noted promises of that due day and state, and how many."""
    stand = promise_states(day).where(Promise.estate_id == estate_id, Promise.due_on == due_on).subquery()
    found = select(Promise.recorded_by_id, func.count()).join(stand, stand.c.id == Promise.id)
    wanted = found.where(stand.c.state == state.value, Promise.recorded_by_id.is_not(None))
    return wanted.group_by(Promise.recorded_by_id).order_by(Promise.recorded_by_id)


def _instalments(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """Whoever asked for plans that are kept and have an instalment soon that is not paid yet, and how many."""
    stand = plan_standings(day).where(InstalmentPlan.estate_id == estate_id).subquery()
    figures = instalment_figures().subquery()
    unpaid = figures.c.due_on == day + timedelta(days=SOON), figures.c.settled < figures.c.to_be_paid
    found = (
        select(InstalmentPlan.requested_by_id, func.count())
        .join(stand, stand.c.id == InstalmentPlan.id)
        .join(figures, figures.c.plan_id == InstalmentPlan.id)
        .where(InstalmentPlan.state == PlanState.agreed, stand.c.standing == PlanStanding.kept.value, *unpaid)
    )
    return found.group_by(InstalmentPlan.requested_by_id).order_by(InstalmentPlan.requested_by_id)
