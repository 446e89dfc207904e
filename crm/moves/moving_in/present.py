"""The move-ins of a customer or of a unit, where others show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session
from crm.moves.keys.models import HOLDER_TITLES
from crm.moves.keys.queries import Out, out_of
from crm.moves.moving_in import queries
from crm.moves.moving_in.models import ADDRESS, STATE_TITLES, STATE_TONES, MoveIn
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import ROLE_TITLES, Customer
from crm.tenants.queries import in_file
from crm.tenants.tabs import Tab
from crm.tenants.unfiled import Unfiled

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    row: Any
    url: str
    state: Any
    tone: str
    role: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveIns:
    """The latest first; `new_url`: where another one begins, "" for whoever moves nobody; `out`: keys of theirs."""

    lines: Sequence[Line]
    new_url: str
    out: Sequence[Out] = ()

    holders = HOLDER_TITLES


def of_customer(customer: Customer) -> MoveIns:
    new_url = url_for("moving_in.new", customer_id=customer.id) if actor().may(Permission.move_handle) else ""
    return MoveIns(
        lines=_lines(in_file(MoveIn.customer_id, customer.id)),
        new_url=new_url,
        out=out_of(customer_id=customer.id),
    )


def of_unit(unit: Unit) -> MoveIns:
    new_url = url_for("moving_in.choose", unit_id=unit.id) if actor().may(Permission.move_handle) else ""
    return MoveIns(lines=_lines(MoveIn.unit_id == unit.id), new_url=new_url)


def _lines(condition: ColumnElement[bool]) -> list[Line]:
    found = queries.move_ins(within(MoveIn.estate_id)).where(condition)
    rows = session().execute(found.order_by(MoveIn.started_at.desc(), MoveIn.id.desc()).limit(SHOWN)).all()
    return [
        Line(
            row=row,
            url=ADDRESS.format(row.id),
            state=STATE_TITLES[row.state],
            tone=STATE_TONES[row.state],
            role=ROLE_TITLES[row.role],
        )
        for row in rows
    ]


def unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Move-ins"),
        condition=queries.UNFILED,
        estate_id=MoveIn.estate_id,
        since=MoveIn.signed_at,
        address="/move-ins/?state=unfiled",
    )


TAB = Tab(
    name="moves",
    title=_l("Moving in and out"),
    permission=Permission.move_read,
    section=of_customer,
    template="moves/in/_of_customer.html",
)
UNIT = Part(permission=Permission.move_read, section=of_unit, template="moves/in/_of_unit.html")
