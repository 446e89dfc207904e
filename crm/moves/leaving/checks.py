"""What the filing review asks about move-outs and sales: sheets lie in both dossiers, nothing is forgotten (P-06)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.dates import beginning_of
from crm.moves.leaving.models import Leaving, LeavingParty, LeavingState, Side
from crm.moves.leaving.present import unfiled
from crm.moves.leaving.queries import OPEN
from crm.tenants.queries import File, of_dossiers

CLOSED_AFTER = timedelta(days=15)  # after the day of the hand-over


def _of_leavers(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Leaving.number, about_id=Leaving.id, detail=Leaving.number))
    party = and_(LeavingParty.customer_id == File.id, LeavingParty.side == Side.leaves)
    return found.join(LeavingParty, party).join(Leaving, Leaving.id == LeavingParty.leaving_id).where(condition)


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    return _of_leavers(unfiled().waits(beginning_of(day)))


def _is_late(day: date) -> ColumnElement[bool]:
    return and_(OPEN, Leaving.day < day - CLOSED_AFTER)


def _late(day: date) -> Select[*tuple[Any, ...]]:
    return _of_leavers(_is_late(day))


def _beyond(_day: date) -> Select[*tuple[Any, ...]]:
    """A bill that came after the closing charges somebody who left for days after the day."""
    beyond = exists().where(
        Bill.unit_id == Leaving.unit_id, Bill.customer_id == File.id, Bill.ends > Leaving.day, CHARGED_ONCE
    )
    return _of_leavers(and_(Leaving.state == LeavingState.closed, beyond))


def pressing(day: date) -> Select[Any]:
    """Whose hand-over takes too long."""
    late = select(LeavingParty.customer_id).join(Leaving, Leaving.id == LeavingParty.leaving_id)
    return late.where(_is_late(day), LeavingParty.side == Side.leaves)


def _page(where: Where) -> str:
    return url_for("leavings.show", leaving_id=where.about_id)


def _check(kind: str, title: Any, advice: Any, measure: Measure, find: Any) -> Check:
    facts: dict[str, Any] = {"kinds": PROPERTY, "role": RoleName.service_desk, "page": _page}
    return Check(kind=kind, title=title, advice=advice, measure=measure, find=find, **facts)


CHECKS = (
    _check(
        "leaving_unfiled",
        _l("A move-out or sale is closed and its sheet lies in no dossier"),
        _l("Have the background work that failed done again."),
        Measure.complete,
        _unfiled,
    ),
    _check(
        "leaving_late",
        _l("A move-out or sale was never closed"),
        _l("Go on with it: its page says what is missing; or cancel it."),
        Measure.accurate,
        _late,
    ),
    _check(
        "leaving_beyond",
        _l("Charged for days after the unit was handed over"),
        _l("Divide the bill on the page of the move-out or sale."),
        Measure.accurate,
        _beyond,
    ),
)
