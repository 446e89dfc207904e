"""What stands, counted for the steps: a few statements, however large the company is."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select

from crm.archive.dossiers.models import Appointment, DossierTemplate
from crm.archive.dossiers.models.custody import CustodianRole
from crm.archive.dossiers.queries import TO_CONFIRM
from crm.auth.actor import within
from crm.auth.models import Department, Supervision, User, UserRole
from crm.auth.permissions import RoleName
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.charges.models import BY_TARIFF, ChargeItem, Tariff
from crm.clock.models import JobRun
from crm.correspondence.wordings.models import Wording
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Estate, Unit
from crm.settings import Settings
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of the estates that the acting person sees; people, papers and the clock are the whole company's."""

    estates: int
    nameless: int  # estates without company, address or telephone: papers need them
    units: int
    unitless: int  # estates without a unit
    customers: int
    priceless: int  # estates without a charge item in use that has a price
    unpriced: int  # charge items in use that want a price and have none
    undunned: int  # estates without steps for arrears
    departments: int
    supervised: int
    wordings: int
    reworded: int  # wordings that somebody has changed
    unconfirmed: int  # checklists in force
    custodians: int
    last_run: datetime | None  # of a scheduled task


def facts() -> Facts:
    wanted = _premises() | _charges() | _people() | _papers()
    row = session().execute(select(*(number.label(name) for name, number in wanted.items()))).one()
    return Facts(**row._asdict())


def stands() -> bool:
    """Whether there is an estate, whoever sees it."""
    return bool(session().scalar(select(exists().where(Estate.id.is_not(None)))))


def _estates(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(Estate.id)).where(within(Estate.id), *conditions).scalar_subquery()


def _premises() -> dict[str, ScalarSelect[int]]:
    has_unit = exists().where(Unit.estate_id == Estate.id)
    units = select(func.count(Unit.id)).where(within(Unit.estate_id))
    customers = select(func.count(Customer.id)).where(Customer.merged_into_id.is_(None), within(Customer.estate_id))
    return {
        "estates": _estates(),
        "nameless": _estates(or_(Estate.company == "", Estate.address == "", Estate.phone == "")),
        "units": units.scalar_subquery(),
        "unitless": _estates(~has_unit),
        "customers": customers.scalar_subquery(),
    }


def _charges() -> dict[str, ScalarSelect[int]]:
    priced = exists().where(Tariff.item_id == ChargeItem.id)
    charged = exists().where(ChargeItem.estate_id == Estate.id, ChargeItem.active, priced)
    bare = select(func.count(ChargeItem.id)).where(
        ChargeItem.active, ChargeItem.basis.in_(BY_TARIFF), ~priced, within(ChargeItem.estate_id)
    )
    dunned = exists().where(DunningStep.estate_id == Estate.id, DunningStep.active)
    return {"priceless": _estates(~charged), "unpriced": bare.scalar_subquery(), "undunned": _estates(~dunned)}


def _people() -> dict[str, ScalarSelect[int]]:
    by_someone = exists().where(Supervision.department_id == Department.id, Supervision.user_id == User.id, User.active)
    custodians = select(func.count(Appointment.id)).where(
        Appointment.role == CustodianRole.archivist, or_(Appointment.ends.is_(None), Appointment.ends >= business_day())
    )
    return {
        "departments": select(func.count(Department.id)).scalar_subquery(),
        "supervised": select(func.count(Department.id)).where(by_someone).scalar_subquery(),
        "custodians": custodians.scalar_subquery(),
    }


def _papers() -> dict[str, ScalarSelect[int]]:
    in_use = select(func.count(Wording.id)).where(Wording.active)
    unconfirmed = select(func.count(DossierTemplate.id)).where(TO_CONFIRM)
    return {
        "wordings": in_use.scalar_subquery(),
        "reworded": in_use.where(Wording.version > 1).scalar_subquery(),
        "unconfirmed": unconfirmed.scalar_subquery(),
        "last_run": select(func.max(JobRun.started_at)).scalar_subquery(),
    }


def holders() -> dict[RoleName, set[int]]:
    """By role, the accounts in use that have it."""
    found: dict[RoleName, set[int]] = defaultdict(set)
    given = select(UserRole.role, UserRole.user_id).join(User, User.id == UserRole.user_id)
    for row in session().execute(given.where(User.active)):
        found[row.role].add(row.user_id)
    return found


def last_backup() -> datetime | None:
    """When the last one was made; None before the first, and when its note cannot be read."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        return datetime.fromisoformat(json.loads(settings.last_backup.read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
