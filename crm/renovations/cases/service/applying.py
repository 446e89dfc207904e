"""Somebody wants to rebuild: the application with its number, and what can be changed of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import delete, select

from crm.audit.log import differences, record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.numbering import take_all
from crm.phones import mask_phone
from crm.properties.models import Unit
from crm.renovations.cases.events import RenovationApplied, RenovationChanged
from crm.renovations.cases.models import Renovation, RenovationDoing, RenovationState
from crm.renovations.cases.queries import open_in, owns, works_of
from crm.renovations.cases.service.steps import STEPS, Said, subjects
from crm.renovations.works.needs import deposit_for
from crm.renovations.works.queries import works_called

SERIES, PATTERN = "装修", "ZX{year}-{serial:04d}"
FIXED = {"contractor", "works"}  # of them it depends which papers are needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be built, by whom and when. No `contractor`: they build it themselves. `area` in m²."""

    contact: str
    contact_phone: str = ""  # "": the number in the customer's file
    contractor: str = ""
    contractor_licence: str = ""
    contractor_lead: str = ""
    contractor_phone: str = ""
    description: str
    area: Decimal | None = None
    starts_on: date
    ends_on: date
    work_ids: Collection[int]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Plan.__dataclass_fields__ if name != "work_ids"}


def apply(unit: Unit, customer_id: int, plan: Plan, *, key: str | None = None, besides: bool = False) -> Renovation:
    """Entered once however often the form is sent. `besides`: whoever enters it knows of the one that is open."""
    # sent twice at once, or for one unit by two: the second waits and finds the first
    session().execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))
    standing = session().scalars(select(Renovation).filter_by(key=key)).one_or_none() if key else None
    if standing:
        if standing.unit_id != unit.id:
            raise UsedElsewhere
        return standing
    _expect(unit, plan, besides=besides)
    made = _made(unit, customer_id, plan, key)
    STEPS.follow(made, "apply", None, Said(note=plan.description, at=made.applied_at))
    record(
        RenovationApplied(
            estate_id=unit.estate_id,
            works=[work.name for work in works_called(plan.work_ids)],
            deposit_asked=made.deposit_asked,
            starts_on=made.starts_on,
            ends_on=made.ends_on,
            **subjects(made),
        )
    )
    return made


def _expect(unit: Unit, plan: Plan, *, besides: bool) -> None:
    _expect_sound(plan)
    if not besides and (found := open_in(unit.id)):
        told = {"number": found[0].number, "unit": unit.label}
        raise DomainError(
            _("%(number)s of %(unit)s is open. Go on with it, or say that this is another one besides.", **told)
        )


def _expect_sound(plan: Plan) -> None:
    if not plan.work_ids:
        raise DomainError(_("Tick what is done: the papers and the deposit depend on it."))
    if plan.ends_on < plan.starts_on:
        raise DomainError(_("The last day cannot lie before the first."))


def _made(unit: Unit, customer_id: int, plan: Plan, key: str | None) -> Renovation:
    day = business_day()
    [taken] = take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=1)
    made = Renovation(
        number_id=taken.id,
        number=taken.text,
        key=key,
        estate_id=unit.estate_id,
        building_id=unit.building_id,
        unit_id=unit.id,
        customer_id=customer_id,
        owns=owns(customer_id, unit.id, day),
        state=RenovationState.applied,
        deposit_asked=deposit_for(works_called(plan.work_ids)),
        applied_by_id=g.actor.user_id,
        applied_by=g.actor.name,
        applied_at=utc_now(),
        **plan.facts,
    )
    session().add(made)
    session().flush()
    _do(made, plan.work_ids)
    return made


def _do(renovation: Renovation, work_ids: Collection[int]) -> None:
    session().execute(delete(RenovationDoing).where(RenovationDoing.renovation_id == renovation.id))
    session().add_all(RenovationDoing(renovation_id=renovation.id, work_id=work_id) for work_id in sorted(work_ids))
    session().flush()


def change(renovation: Renovation, plan: Plan, said: Said) -> None:
    """Raises `DomainError` when nothing changes, or when papers that are complete would not be so any more."""
    STEPS.hold_unchanged(renovation)
    STEPS.expect(renovation, "change")
    _expect_sound(plan)
    changes, values = differences(renovation, plan.facts), dict(plan.facts)
    before = works_of([renovation.id]).get(renovation.id, [])
    if {work.id for work in before} != set(plan.work_ids):
        after = works_called(plan.work_ids)
        changes["works"] = ["、".join(work.name for work in each) for each in (before, after)]
        values["deposit_asked"] = deposit_for(after)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    if renovation.state is not RenovationState.applied and FIXED & changes.keys():
        raise DomainError(_("Other works or another contractor need other papers: have the papers given back first."))
    STEPS.take(renovation, "change", said, **values)
    if "works" in changes:
        _do(renovation, plan.work_ids)
        session().expire(renovation, ["works"])
    record(RenovationChanged(changes={**changes, **_masked(changes)}, **subjects(renovation)))


def _masked(changes: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    """Telephone numbers stand in no log in full."""
    phones = (name for name in changes if name.endswith("_phone"))
    return {name: [mask_phone(digits or "") for digits in changes[name]] for name in phones}
