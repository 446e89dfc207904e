"""The kept rows, and what the installation knows that they may name: a few queries, no loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from crm.billing.charges.models import ChargeItem, Tariff
from crm.billing.importing.sheets.drafting import KeptRow, Present, StandingItem, What
from crm.db import session
from crm.files.models import Upload
from crm.imports.drafting.keeping import FEE_SETTING, UNIT_FEE
from crm.imports.models import ImportRun, Leftover
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate

KINDS = (FEE_SETTING, UNIT_FEE)


def kept_sheets() -> Select[*tuple[Any, ...]]:
    """What was kept of fees: each import's sheets with their rows, the newest import first."""
    return (
        select(
            Leftover.estate_id,
            Estate.name.label("estate"),
            Upload.name.label("file"),
            ImportRun.started_at,
            Leftover.sheet,
            Leftover.kind,
            func.count().label("rows"),
        )
        .join(ImportRun, ImportRun.id == Leftover.run_id)
        .join(Upload, Upload.id == ImportRun.upload_id)
        .join(Estate, Estate.id == Leftover.estate_id)
        .where(Leftover.kind.in_(KINDS), in_chosen_estate(Leftover.estate_id))
        .group_by(Leftover.estate_id, Estate.name, Upload.name, ImportRun.id, Leftover.sheet, Leftover.kind)
        .order_by(ImportRun.id.desc(), Leftover.kind, Leftover.sheet)
    )


def kept_rows(estate_id: int) -> Sequence[KeptRow]:
    """In the order of the file; of two imports the earlier first."""
    found = (
        select(Leftover, Upload.name)
        .join(ImportRun, ImportRun.id == Leftover.run_id)
        .join(Upload, Upload.id == ImportRun.upload_id)
        .where(Leftover.estate_id == estate_id, Leftover.kind.in_(KINDS))
        .order_by(Leftover.id)
    )
    return [
        KeptRow(run_id=row.run_id, file=name, kind=row.kind, sheet=row.sheet, row=row.row, data=row.data)
        for row, name in session().execute(found)
    ]


def present(estate_id: int) -> Present:
    units = session().execute(select(Unit.label, Unit.id, Unit.use).where(Unit.estate_id == estate_id))
    return Present(units={label.upper(): (unit_id, use) for label, unit_id, use in units}, items=_items(estate_id))


def _items(estate_id: int) -> dict[str, StandingItem]:
    """Of two tariffs from one day the later entered counts."""
    tariffs = (
        select(Tariff.item_id, Tariff.unit_id, Tariff.use, Tariff.since, Tariff.terms, Tariff.price)
        .join(ChargeItem, ChargeItem.id == Tariff.item_id)
        .where(ChargeItem.estate_id == estate_id)
        .order_by(Tariff.id)
    )
    own = defaultdict[int, dict[tuple[int, date], What]](dict)
    by_use = defaultdict[int, dict[Any, What]](dict)
    for item_id, unit_id, use, since, terms, price in session().execute(tariffs):
        if unit_id is not None:
            own[item_id][unit_id, since] = terms, price
        elif use is not None:
            by_use[item_id][use, since] = terms, price
    items = session().execute(
        select(ChargeItem.id, ChargeItem.name, ChargeItem.basis).where(ChargeItem.estate_id == estate_id)
    )
    return {name: StandingItem(id=key, basis=basis, own=own[key], by_use=by_use[key]) for key, name, basis in items}
