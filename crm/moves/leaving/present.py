"""The move-outs and sales of a customer or of a unit, where others show them; what waits to be filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session
from crm.moves.leaving import queries
from crm.moves.leaving.models import KIND_TITLES, STATE_TITLES, STATE_TONES, Leaving, LeavingKind
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import Customer, Occupancy
from crm.tenants.unfiled import Unfiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    row: Any
    url: str
    kind: Any
    state: Any
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavings:
    """The newest first. `new`: (title, form) of another one, nothing for whoever moves nobody."""

    rows: Sequence[Shown]
    new: Sequence[tuple[Any, str]]


def of_customer(customer: Customer) -> Leavings:
    """What it cannot say is which customer's money it is: names and days alone."""
    return _leavings(queries.takes_part(customer.id), customer_id=customer.id)


def of_unit(unit: Unit) -> Leavings:
    return _leavings(Leaving.unit_id == unit.id, unit_id=unit.id)


def _leavings(condition: ColumnElement[bool], **about: Any) -> Leavings:
    found = queries.leavings(within(Leaving.estate_id)).where(condition)
    rows = session().execute(found.order_by(queries.OPEN.desc(), Leaving.id.desc())).all()
    titles = KIND_TITLES if actor().may(Permission.move_handle) else {}
    return Leavings(
        rows=[
            Shown(
                row=row,
                url=url_for("leavings.show", leaving_id=row.id),
                kind=KIND_TITLES[row.kind],
                state=STATE_TITLES[row.state],
                tone=STATE_TONES[row.state],
            )
            for row in rows
        ],
        new=[(title, _new(LeavingKind(kind), about)) for kind, title in titles.items()],
    )


def _new(kind: LeavingKind, about: Mapping[str, Any]) -> str:
    return url_for("leavings.new", kind=kind.value, **about)


def unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Move-outs and sales"),
        condition=queries.UNFILED,
        estate_id=Leaving.estate_id,
        since=Leaving.closed_at,
        address="/leavings/?state=unfiled",
    )


def instead(_customer: Customer, occupancy: Occupancy) -> str:
    """Where money or keys hang on a tie to a unit it ends here, step by step: the address, "" for whoever may not."""
    about: dict[str, Any] = {"unit_id": occupancy.unit_id, "customer_id": occupancy.customer_id}
    return url_for("leavings.new", **about) if actor().may(Permission.move_handle) else ""


UNIT = Part(permission=Permission.move_read, section=of_unit, template="moves/leaving/_leavings.html")
HEAD = Part(permission=Permission.move_read, section=of_customer, template="moves/leaving/_of_customer.html")
