"""Faults about move-outs and sales, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from crm.db import open_session
from crm.moves.leaving.models import Leaving, LeavingState
from crm.properties.models import Estate
from crm.tenants.models import Occupancy
from tests import factories as make
from tests.billing.making import make_bill
from tests.moves.leaving.making import make_leaving
from tests.review.faults_cases import Filed, Maker, ago, day_ago, filed

S = LeavingState


def _leaving(estate: Estate, state: LeavingState, days: int = 3, **given: Any) -> tuple[Filed, Leaving]:
    """Handed over so many days ago."""
    whose = filed(estate)
    with open_session() as db:
        found = select(Occupancy).filter_by(unit_id=whose.unit.id, customer_id=whose.customer.id)
        tie = db.scalars(found).one()
    return whose, make_leaving(tie, state, day=day_ago(days), **given)


def leaving_unfiled(estate: Estate) -> int:
    return _leaving(estate, S.closed, closed_at=ago(3))[0].dossier.id


def leaving_closed_just_now(estate: Estate) -> int:
    return _leaving(estate, S.closed, closed_at=ago(0))[0].dossier.id


def leaving_that_lies_there(estate: Estate) -> int:
    whose, leaving = _leaving(estate, S.closed, closed_at=ago(3))
    make.make_item(whose.dossier, "move_out", source_kind="leaving", source_id=leaving.id)
    return whose.dossier.id


def leaving_late(estate: Estate) -> int:
    return _leaving(estate, S.started, 40)[0].dossier.id


def leaving_of_these_days(estate: Estate) -> int:
    return _leaving(estate, S.started, 10)[0].dossier.id


def leaving_cancelled(estate: Estate) -> int:
    return _leaving(estate, S.cancelled, 40)[0].dossier.id


def _billed(estate: Estate, *, voided: bool) -> int:
    """A bill taken over, paid, for a month that the day lies in."""
    whose, leaving = _leaving(estate, S.closed, closed_at=ago(0))
    facts: dict[str, Any] = {"source": "import", "unit_id": whose.unit.id, "open": Decimal(0), "voided": voided}
    make_bill(whose.customer, "300.00", leaving.day.replace(day=1), **facts)
    return whose.dossier.id


def leaving_beyond(estate: Estate) -> int:
    return _billed(estate, voided=False)


def leaving_with_a_void_bill(estate: Estate) -> int:
    return _billed(estate, voided=True)


FAULTS: dict[str, Maker] = {
    "leaving_unfiled": leaving_unfiled,
    "leaving_late": leaving_late,
    "leaving_beyond": leaving_beyond,
}
MORE: tuple[tuple[str, Maker], ...] = ()
INNOCENT: tuple[Maker, ...] = (
    leaving_closed_just_now,
    leaving_that_lies_there,
    leaving_of_these_days,
    leaving_cancelled,
    leaving_with_a_void_bill,
)
