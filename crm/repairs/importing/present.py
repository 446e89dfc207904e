"""What the installation knows that a history of repairs may name: a few queries, no loop."""

from __future__ import annotations

from collections.abc import Hashable

from flask import current_app
from sqlalchemy import select

from crm.dates import utc_now
from crm.db import session
from crm.imports.histories.holders import holders, staff
from crm.imports.histories.places import places
from crm.imports.histories.queries import stored_rows
from crm.imports.histories.row import NOBODY_ROW, Clock
from crm.repairs.importing.drafting import Present, mark_of
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.orders.models import Channel, RepairOrder


def present(run: RepairImport) -> Present:
    return Present(
        clock=Clock(utc_now(), current_app.config["SETTINGS"].timezone),
        places=places(run.estate_id),
        holders=holders(run.estate_id),
        categories={name: int(choice) for name, choice in run.categories.items() if choice},
        workers=staff(),
        told=_told(run.estate_id),
        stored=stored_rows(RepairImportRow, run),
    )


def _told(estate_id: int) -> dict[Hashable, int]:
    """Repairs that were taken over before, by what tells them apart."""
    facts = (RepairOrder.source_number, RepairOrder.unit_id, RepairOrder.spot, RepairOrder.registered_at)
    standing = select(*facts, RepairOrder.problem).where(
        RepairOrder.estate_id == estate_id, RepairOrder.channel == Channel.imported
    )
    return {mark_of(*row): NOBODY_ROW for row in session().execute(standing)}
