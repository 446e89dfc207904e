"""Orders whose customer is to be asked, and the ids the pages ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.properties.models import Estate
from crm.repairs.orders.models import OrderState, RepairOrder, ReturnVisit
from tests import factories as make
from tests.repairs import making as repairs


def make_to_ask(estate: Estate, state: OrderState = OrderState.confirmed, **given: Any) -> RepairOrder:
    """Mended by 张建国 at a unit of its own."""
    unit = make.make_unit(estate)
    facts = {"customer_id": make.make_customer(estate, unit=unit).id, "digits": "13907315678", "result": "换了角阀"}
    return repairs.make_order(estate, state, unit, **(facts | given))


def make_due(estate: Estate, due: date, **given: Any) -> RepairOrder:
    return make_to_ask(estate, visit_due_on=due, **given)


def make_settled(estate: Estate) -> RepairOrder:
    return make_to_ask(estate, OrderState.visited)


def make_visit(order: RepairOrder, **given: Any) -> ReturnVisit:
    facts: dict[str, Any] = {"satisfied": None, "words": "", "made_by": "李敏", "made_at": repairs.NOW}
    return repairs.kept(ReturnVisit(repair_order_id=order.id, **(facts | given)))


def ids_of_visits(estate: Estate) -> dict[str, object]:
    return {"repair_id": make_to_ask(estate).id}
