"""Lines, quotes and answers as they stand; one of each for the routes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm.properties.models import Estate
from crm.repairs.orders.models import (
    AgreedBy,
    LineKind,
    OrderState,
    Payer,
    QuoteAnswer,
    RepairLine,
    RepairOrder,
    RepairQuote,
)
from tests import factories as make
from tests.repairs import making as repairs
from tests.repairs.stock import making as stock

LABOUR = {
    "kind": "labour",
    "name": "换水管",
    "measure": "",
    "item_id": None,
    "quantity": "1.5",
    "price": "80.00",
    "amount": "120.00",
}


def make_line(order: RepairOrder, amount: str = "60.00", **given: Any) -> RepairLine:
    """An hour's labour."""
    facts: dict[str, Any] = {
        "kind": LineKind.labour,
        "name": "换水管",
        "quantity": Decimal(1),
        "entered_at": repairs.NOW,
    }
    facts |= {"price": Decimal(amount), "amount": Decimal(amount), "entered_by": "张建国"}
    line: RepairLine = repairs.kept(RepairLine(repair_order_id=order.id, **(facts | given)))
    return line


def make_quote(order: RepairOrder, **given: Any) -> RepairQuote:
    facts: dict[str, Any] = {"edition": 1, "lines": [LABOUR], "total": Decimal("120.00")}
    facts |= {"made_by": "张建国", "made_at": repairs.NOW}
    quote: RepairQuote = repairs.kept(RepairQuote(repair_order_id=order.id, **(facts | given)))
    return quote


def make_answer(quote: RepairQuote, agreed: bool = True, **given: Any) -> QuoteAnswer:
    facts: dict[str, Any] = {
        "how": AgreedBy.phone,
        "person": "欧阳娜娜",
        "recorded_by": "张建国",
        "recorded_at": repairs.NOW,
    }
    answer: QuoteAnswer = repairs.kept(QuoteAnswer(quote_id=quote.id, agreed=agreed, **(facts | given)))
    return answer


def ids_of_costs(estate: Estate) -> dict[str, object]:
    """A job at work whose quote was agreed to by a signature."""
    order = repairs.make_order(
        estate, OrderState.working, make.make_unit(estate), payer=Payer.customer, consented_at=repairs.NOW
    )
    quote = make_quote(order)
    make_answer(quote, how=AgreedBy.signature, upload_id=make.make_upload(estate, "repair").id)
    return {
        "repair_line_id": make_line(order).id,
        "repair_quote_id": quote.id,
        "line_kind": "labour",
        "stock_item_id": stock.make_stock_item("5").id,
    }
