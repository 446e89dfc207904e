"""What the installation knows that a payment history may name: a few queries, no loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from crm.billing.arithmetic import next_month
from crm.billing.charges.models import ChargeItem, Payer
from crm.billing.importing.history.drafting import Charged, Item, Present
from crm.billing.importing.models import FeeImport, FeeImportRow
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.ledger.queries import last_closed
from crm.dates import business_day
from crm.db import session
from crm.imports.histories.holders import holders
from crm.imports.histories.places import places
from crm.imports.histories.queries import stored_rows
from crm.imports.histories.row import NOBODY_ROW

NEW = "new:"  # before the basis of an item that is to be made


def present(run: FeeImport) -> Present:
    items, closed = _items(run), last_closed(run.estate_id)
    return Present(
        today=business_day(),
        places=places(run.estate_id),
        opens=next_month(closed) if closed else None,
        items=items,
        holders=holders(run.estate_id),
        charged=charged(run.estate_id, {int(item.key) for item in items.values() if item.key.isdigit()}),
        stored=stored_rows(FeeImportRow, run),
    )


def _items(run: FeeImport) -> dict[str, Item]:
    """Of those that somebody has said; two names of one item to be made are two items."""
    rows = session().execute(select(ChargeItem.id, ChargeItem.payer).where(ChargeItem.estate_id == run.estate_id))
    known: Mapping[str, Payer] = {str(item_id): payer for item_id, payer in rows}
    found = {}
    for name, choice in run.items.items():
        if choice in known:
            found[name] = Item(key=choice, payer=known[choice])
        elif choice.startswith(NEW):
            found[name] = Item(key=f"{NEW}{name}", payer=Payer.owner)
    return found


def charged(estate_id: int, item_ids: Collection[int], *conditions: Any) -> dict[tuple[int, str], list[Charged]]:
    """The days that bills which are not void charge, of each unit and item in their order."""
    bills: Any = select(Bill.unit_id, Bill.item_id, Bill.begins, Bill.ends).where(
        Bill.estate_id == estate_id, Bill.item_id.in_(item_ids), CHARGED_ONCE, *conditions
    )
    found: dict[tuple[int, str], list[Charged]] = defaultdict(list)
    for unit_id, item_id, begins, ends in session().execute(bills.order_by(Bill.begins)):
        found[unit_id, str(item_id)].append(Charged(begins, ends, NOBODY_ROW))
    return found
