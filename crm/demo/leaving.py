"""A flat that is sold these days: the seller owes months and has a deposit, the buyer is named, the rest is to be done.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from sqlalchemy import exists, select

from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Bill
from crm.dates import Period
from crm.db import session
from crm.demo import people
from crm.demo.days import Days
from crm.demo.moves import CLERK, SERIAL
from crm.demo.place import Ground
from crm.identity import Sex
from crm.moves.leaving import service
from crm.moves.leaving.models import OWNERS, LeavingKind
from crm.moves.leaving.queries import get_leaving
from crm.moves.leaving.service import Buyer, Papers, Started
from crm.properties.models import Unit, UnitUse
from crm.properties.queries import get_unit
from crm.tenants import facts
from crm.tenants import service as tenants
from crm.tenants.models import Customer, CustomerKind, FactField, Occupancy, OccupancyRole, Source
from crm.tenants.queries import get_customer, occupancies_of_unit


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """Nothing where nobody owes and has a deposit."""
    if not ground.estates or (sold := _home(next(iter(ground.estates.values())))) is None:
        return
    days = Days(ground, dice)
    days.begin(days.ago(2))
    days.do(CLERK, lambda: _begun(sold, days.today))


def _home(estate_id: int) -> Any:
    """An owner's, who owes most of them all that have a deposit: unit and occupancy."""
    owes = exists().where(Bill.customer_id == Occupancy.customer_id, Bill.unit_id == Occupancy.unit_id, Bill.open > 0)
    has = exists().where(Deposit.customer_id == Occupancy.customer_id, Deposit.balance > 0)
    owned = (Occupancy.role == OccupancyRole.owner, Occupancy.ends.is_(None), Occupancy.starts.is_not(None))
    found = select(Occupancy.id, Occupancy.unit_id).join(Unit, Unit.id == Occupancy.unit_id)
    mine = found.where(Unit.estate_id == estate_id, Unit.use == UnitUse.home, *owned, owes)
    return session().execute(mine.order_by(has.desc(), Unit.sort_key, Unit.id).limit(1)).one_or_none()


def _begun(sold: Any, day: date) -> None:
    unit = get_unit(sold.unit_id)
    started = Started(
        kind=LeavingKind.sale,
        day=day,
        leaves=[each.id for each in occupancies_of_unit(unit.id) if each.ends is None and each.role in OWNERS],
        reason="业主换房，买卖双方约定当面交接",
        papers=Papers(contract="存量房买卖合同 2026-1187"),
    )
    leaving = service.start(unit, started)
    buyer = get_customer(_buyer(unit).id)
    service.name_buyer(leaving, Buyer(customer=buyer))
    service.hand_keys(get_leaving(leaving.id), [], "入户门钥匙三把当面交买方")


def _buyer(unit: Unit) -> Customer:
    name, serial = "周雨桐", SERIAL + 10
    sex: Sex = "female"
    typed = {FactField.name: name, FactField.sex: sex, FactField.id_number: people.id_number(serial, sex, 1990)}
    values = {field: facts.typed(field, value) for field, value in typed.items()}
    made = tenants.register(unit.estate_id, CustomerKind.person, values, source=Source.counter, confirmed_by=name)
    tenants.add_phone(made, people.mobile(serial), source=Source.counter)
    return made
