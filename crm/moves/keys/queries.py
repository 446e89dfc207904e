"""Keys inside the acting person's estates: what a unit has, what is out and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.auth.actor import within
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import Holder, KeyReturn, KeySlip, KeySlipLine, Outcome, UnitKey
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import File, in_same_file


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysOf:
    """Keys of one kind of a unit: how many there are, with somebody, lost."""

    key: UnitKey
    kind: str
    out: int
    lost: int

    @property
    def here(self) -> int:
        """How many we have to hand out."""
        return self.key.count - self.out - self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Keys of one line that somebody has; `count`: how many are still out."""

    line_id: int
    slip_id: int
    number: str
    unit_id: int
    unit: str
    customer_id: int
    customer: str
    kind: str
    label: str
    count: int
    holder_kind: Holder
    holder: str
    authority: str
    given_on: date

    @property
    def words(self) -> str:
        return in_words(self.kind, self.label, self.count)


def in_words(kind: str, label: str, count: int) -> str:
    return f"{KINDS.title_of(kind)}{f' {label}' if label else ''} ×{count}"


def _came_back(outcome: Outcome | None = None) -> Any:
    """How many of a line came back or are lost, as a column."""
    counted = select(func.coalesce(func.sum(KeyReturn.count), 0)).where(KeyReturn.key_slip_line_id == KeySlipLine.id)
    return (counted if outcome is None else counted.where(KeyReturn.outcome == outcome)).scalar_subquery()


STILL_OUT = KeySlipLine.count - _came_back()
RETURNED, LOST = _came_back(Outcome.returned), _came_back(Outcome.lost)


def get_key(unit_key_id: int) -> UnitKey:
    """With its unit; 404 outside the person's estates, as every `get_` here does."""
    found = select(UnitKey).where(UnitKey.id == unit_key_id, within(UnitKey.estate_id))
    return session().scalars(found.options(joinedload(UnitKey.unit))).one_or_none() or abort(404)


def get_slip(key_slip_id: int) -> KeySlip:
    """With its keys and what came back of them."""
    found = select(KeySlip).where(KeySlip.id == key_slip_id, within(KeySlip.estate_id))
    return session().scalars(found.options(*_whole())).one_or_none() or abort(404)


def _whole() -> tuple[Any, ...]:
    lines = selectinload(KeySlip.lines)
    upload = joinedload(KeySlip.upload).joinedload(Upload.stored)
    return (
        joinedload(KeySlip.estate),
        joinedload(KeySlip.unit),
        joinedload(KeySlip.customer),
        upload,
        lines.joinedload(KeySlipLine.unit_key),
        lines.selectinload(KeySlipLine.returns),
    )


def get_line(key_slip_line_id: int) -> KeySlipLine:
    """Of a slip in the person's estates; with its keys, its slip and what came back."""
    found = select(KeySlipLine).join(KeySlip, KeySlip.id == KeySlipLine.key_slip_id)
    mine = found.where(KeySlipLine.id == key_slip_line_id, within(KeySlip.estate_id))
    parts = joinedload(KeySlipLine.slip), joinedload(KeySlipLine.unit_key), selectinload(KeySlipLine.returns)
    return session().scalars(mine.options(*parts)).one_or_none() or abort(404)


def slips_about(kind: str, thing_id: int) -> Sequence[KeySlip]:
    """Those that belong to a thing, such as a move-in; oldest first."""
    found = select(KeySlip).where(KeySlip.about_kind == kind, KeySlip.about_id == thing_id)
    return session().scalars(found.options(*_whole()).order_by(KeySlip.id)).all()


def keys_of(unit_id: int) -> Sequence[KeysOf]:
    """What the unit has in use, in the order of the dictionary."""
    lines = (
        select(KeySlipLine.unit_key_id, func.sum(STILL_OUT).label("out"), func.sum(LOST).label("lost"))
        .join(UnitKey, UnitKey.id == KeySlipLine.unit_key_id)
        .where(UnitKey.unit_id == unit_id)
        .group_by(KeySlipLine.unit_key_id)
        .subquery()
    )
    found = select(UnitKey, lines.c.out, lines.c.lost).outerjoin(lines, lines.c.unit_key_id == UnitKey.id)
    rows = session().execute(
        found.where(UnitKey.unit_id == unit_id, UnitKey.retired_on.is_(None)).order_by(UnitKey.label, UnitKey.id)
    )
    titles = {entry.code: place for place, entry in enumerate(KINDS.entries())}
    held = [KeysOf(key=key, kind=KINDS.title_of(key.kind), out=out or 0, lost=lost or 0) for key, out, lost in rows]
    return sorted(held, key=lambda each: titles.get(each.key.kind, len(titles)))


def out_of(unit_id: int | None = None, customer_id: int | None = None) -> Sequence[Out]:
    """What is with somebody: of a unit, of a customer's whole file, or of both together; oldest first."""
    whose = [] if unit_id is None else [KeySlip.unit_id == unit_id]
    if customer_id is not None:
        whose.append(in_same_file(KeySlip.customer_id, customer_id))
    rows = session().execute(lines(within(KeySlip.estate_id)).where(*whose, STILL_OUT > 0).order_by(KeySlipLine.id))
    names = "unit_id unit customer_id customer kind label holder_kind holder authority given_on number".split()
    return [
        Out(line_id=row.id, slip_id=row.slip_id, count=row.out, **{name: getattr(row, name) for name in names})
        for row in rows
    ]


def lines(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """The register of keys handed out, a row for each line of a slip; in the chosen estates, or in `scope`."""
    return (
        select(
            KeySlipLine.id,
            KeySlipLine.count,
            STILL_OUT.label("out"),
            RETURNED.label("returned"),
            LOST.label("lost"),
            KeySlip.id.label("slip_id"),
            KeySlip.number,
            KeySlip.given_on,
            KeySlip.given_by,
            KeySlip.holder_kind,
            KeySlip.holder,
            KeySlip.authority,
            KeySlip.signing,
            KeySlip.estate_id,
            UnitKey.id.label("unit_key_id"),
            UnitKey.kind,
            UnitKey.label,
            Unit.id.label("unit_id"),
            Unit.label.label("unit"),
            Customer.id.label("customer_id"),
            Customer.name.label("customer"),
            Estate.name.label("estate"),
        )
        .join(KeySlip, KeySlip.id == KeySlipLine.key_slip_id)
        .join(UnitKey, UnitKey.id == KeySlipLine.unit_key_id)
        .join(Unit, Unit.id == KeySlip.unit_id)
        .join(Estate, Estate.id == KeySlip.estate_id)
        .join(File, File.id == KeySlip.customer_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(in_chosen_estate(KeySlip.estate_id) if scope is None else scope)
    )


def every_line() -> Select[int]:
    """What `lines` has, to count."""
    found = select(KeySlipLine.id).join(KeySlip, KeySlip.id == KeySlipLine.key_slip_id)
    return found.where(in_chosen_estate(KeySlip.estate_id))


def spares_of(unit_id: int) -> Sequence[Out]:
    """What our duty office keeps for the unit, with whose authority."""
    return [each for each in out_of(unit_id) if each.holder_kind is Holder.office]


def has_left() -> ColumnElement[bool]:
    """Of a slip: its customer has nothing to do with the unit any more."""
    day = business_day()
    tie = exists().where(
        Occupancy.unit_id == KeySlip.unit_id,
        in_same_file(Occupancy.customer_id, KeySlip.customer_id),
        or_(Occupancy.ends.is_(None), Occupancy.ends > day),
    )
    return ~tie
