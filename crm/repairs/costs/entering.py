"""What the forms of a quote begin with, and what comes with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.files import store
from crm.repairs.costs.forms import MOST_ROWS, label_of
from crm.repairs.costs.lines import Line, standing
from crm.repairs.costs.service.entering import line_of
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.queries import lines_of, quotes_of
from crm.repairs.stock.models import StockItem

PURPOSE = "repair"  # of an upload that proves an answer; fetched from its quote


def proposed(order: RepairOrder, items: Sequence[StockItem]) -> list[dict[str, Any]]:
    """The lines of the last quote; of the first one what was entered already."""
    quotes = quotes_of(order.id)
    if quotes:
        lines = [Line.thawed(kept) for kept in quotes[0].lines]
    else:
        lines = standing(line_of(row) for row in lines_of(order.id))
    titles = {item.id: label_of(item) for item in items}
    return [
        {
            "kind": line.kind.value,
            "name": titles.get(line.item_id or 0, line.name),
            "quantity": line.quantity,
            "measure": line.measure,
            "price": line.price,
        }
        for line in lines[:MOST_ROWS]
    ]


def proof_of(order: RepairOrder, form: Any) -> int | None:
    """The drawn signature, else the file. Raises `DomainError` for what is no readable one."""
    drawn, file = form.drawing.drawn, form.proof.data
    if drawn:
        return store.keep(drawn, "signature.png", purpose=PURPOSE, estate_id=order.estate_id).id
    if file and file.filename:
        return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=order.estate_id).id
    return None
