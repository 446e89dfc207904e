"""Steps of an estate. Rows stay: a step that was used is replaced when its meaning changes, never altered."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case, select, update

from crm.audit.log import plain, record
from crm.billing.arrears.dunning import order, queries
from crm.billing.arrears.dunning.events import (
    DunningStepAdded,
    DunningStepChanged,
    DunningStepRetired,
    DunningStepsTaken,
)
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.arrears.dunning.rules import MEANING, Rule, in_words, rule_of, usual
from crm.billing.arrears.dunning.wording import fault_of
from crm.db import session
from crm.errors import DomainError, IllegalTransition
from crm.properties.models import Estate


def add(estate: Estate, rule: Rule) -> DunningStep:
    """At the place its days give it."""
    _hold(estate.id)
    _expect(rule, queries.steps_of(estate.id))
    made = _laid(estate.id, _last_place(estate.id) + 1, rule)
    _put_in_order(estate.id)
    record(DunningStepAdded(dunning_step_id=made.id, estate_id=estate.id, name=made.name, rule=in_words(rule)))
    return made


def change(step: DunningStep, rule: Rule) -> DunningStep:
    """The step as it is now: another row where the step had been used and comes to mean something else."""
    _hold(step.estate_id)
    if not step.active:
        raise IllegalTransition(_("This step is out of use."))
    _expect(rule, [each for each in queries.steps_of(step.estate_id) if each.id != step.id])
    changes = _changes(step, rule)
    if not changes:
        return step
    replaces = bool(changes.keys() & set(MEANING)) and queries.is_used(step)
    now = _replaced(step, rule) if replaces else _altered(step, rule)
    _put_in_order(step.estate_id)
    former = step.id if replaces else None
    record(DunningStepChanged(dunning_step_id=now.id, estate_id=now.estate_id, former_step_id=former, changes=changes))
    return now


def _changes(step: DunningStep, rule: Rule) -> dict[str, list[Any]]:
    before, now = rule_of(step).told(), rule.told()
    return {name: [plain(before[name]), plain(now[name])] for name in now if before[name] != now[name]}


def _replaced(step: DunningStep, rule: Rule) -> DunningStep:
    step.active = False
    session().flush()
    return _laid(step.estate_id, step.position, rule)


def _altered(step: DunningStep, rule: Rule) -> DunningStep:
    for name, value in rule.told().items():
        setattr(step, name, value)
    session().flush()
    return step


def retire(step: DunningStep) -> None:
    """It is taken no more; what was done by it stays as it was."""
    _hold(step.estate_id)
    if not step.active:
        raise IllegalTransition(_("This step is out of use."))
    step.active = False
    session().flush()
    record(DunningStepRetired(dunning_step_id=step.id, estate_id=step.estate_id, name=step.name))


def start_hindrance(estate_id: int) -> str:
    """Why a whole set of steps cannot be laid, or ""."""
    return _("This estate has steps already. Take them out of use first.") if queries.steps_of(estate_id) else ""


def take_usual(estate: Estate) -> int:
    return _begin(estate, usual(), "")


def copy_from(estate: Estate, source: Estate) -> int:
    rules = [rule_of(step) for step in queries.steps_of(source.id)]
    if not rules:
        raise DomainError(_("%(estate)s has no steps to copy.", estate=source.name))
    return _begin(estate, rules, source.name)


def _begin(estate: Estate, rules: list[Rule], source: str) -> int:
    _hold(estate.id)
    if hindered := start_hindrance(estate.id):
        raise IllegalTransition(hindered)
    place = _last_place(estate.id)
    for number, rule in enumerate(rules, start=1):
        _laid(estate.id, place + number, rule)
    _put_in_order(estate.id)
    record(DunningStepsTaken(estate_id=estate.id, copied_from=source, count=len(rules)))
    return len(rules)


def _expect(rule: Rule, others: Any) -> None:
    written = [rule.subject, rule.body] if rule.written else []
    if not all(text.strip() for text in written):
        raise DomainError(_("A letter needs its subject and its words."))
    faults = (order.fault_of(rule.days, others), *map(fault_of, written))
    if fault := next(filter(None, faults), ""):
        raise DomainError(fault)


def _laid(estate_id: int, position: int, rule: Rule) -> DunningStep:
    made = DunningStep(estate_id=estate_id, position=position, **rule.told())
    session().add(made)
    session().flush()
    return made


def _last_place(estate_id: int) -> int:
    return max((step.position for step in _all(estate_id)), default=0)


def _all(estate_id: int) -> list[DunningStep]:
    return [*queries.steps_of(estate_id), *queries.retired_of(estate_id)]


def _hold(estate_id: int) -> None:
    """One after the other: places are given anew by whoever changes a step."""
    session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))


def _put_in_order(estate_id: int) -> None:
    """By way of places below nought: no two steps in use may stand at one place at any moment."""
    moved = {old: new for old, new in order.in_order(_all(estate_id)).items() if old != new}
    if not moved:
        return
    mine = update(DunningStep).where(DunningStep.estate_id == estate_id)
    aside = case({old: -new for old, new in moved.items()}, value=DunningStep.position)
    session().execute(mine.where(DunningStep.position.in_(moved)).values(position=aside))
    session().execute(mine.where(DunningStep.position < 0).values(position=-DunningStep.position))
    for step in _all(estate_id):
        session().refresh(step, ["position"])
