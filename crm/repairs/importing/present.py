"""What the installation knows that a history of repairs may name: a few queries, no loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from flask import current_app
from sqlalchemy import select

from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.imports.histories.holders import holders, units
from crm.imports.histories.row import plain
from crm.properties.models import Building, Estate, Unit
from crm.repairs.importing.drafting import NOBODY_ROW, Present, mark_of
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.orders.models import Channel, RepairOrder


def present(run: RepairImport) -> Present:
    estate_id = run.estate_id
    buildings = select(Building.number, Building.id).where(Building.estate_id == estate_id)
    places = select(Unit.id, Unit.building_id).where(Unit.estate_id == estate_id)
    return Present(
        now=utc_now(),
        zone=current_app.config["SETTINGS"].timezone,
        estate=session().scalars(select(Estate.name).where(Estate.id == estate_id)).one(),
        units=units(estate_id),
        building_of={row.id: row.building_id for row in session().execute(places)},
        buildings={number.upper(): building_id for number, building_id in session().execute(buildings)},
        holders=holders(estate_id),
        categories={name: int(choice) for name, choice in run.categories.items() if choice},
        workers=_workers(),
        told=_told(estate_id),
        stored=_stored(run.id),
    )


def _workers() -> dict[str, int]:
    """Everybody who has or had an account, by full name; of two who are called alike it is neither."""
    rows = [(plain(name), user_id) for name, user_id in session().execute(select(User.full_name, User.id))]
    called = Counter(name for name, _user_id in rows)
    return {name: user_id for name, user_id in rows if called[name] == 1}


def _told(estate_id: int) -> dict[Hashable, int]:
    """Repairs that were taken over before, by what tells them apart."""
    facts = (RepairOrder.source_number, RepairOrder.unit_id, RepairOrder.spot, RepairOrder.registered_at)
    standing = select(*facts, RepairOrder.problem).where(
        RepairOrder.estate_id == estate_id, RepairOrder.channel == Channel.imported
    )
    return {mark_of(*row): NOBODY_ROW for row in session().execute(standing)}


def _stored(repair_import_id: int) -> set[tuple[str, int]]:
    rows = select(RepairImportRow.sheet, RepairImportRow.row).where(
        RepairImportRow.repair_import_id == repair_import_id
    )
    return {(sheet, row) for sheet, row in session().execute(rows)}
