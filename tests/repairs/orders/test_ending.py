"""An order that ends is written once, with all that goes with it: the database lets nobody touch it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.db import open_session
from crm.errors import IllegalTransition
from crm.properties.models import Estate
from crm.repairs.orders import service
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Said
from tests.acting import as_
from tests.repairs.making import make_order

Work = Callable[..., Any]


def stored(order: RepairOrder) -> RepairOrder:
    with open_session() as db:
        return db.get_one(RepairOrder, order.id)


def test_cancelled_nobody_has_it(work: Work, estate: Estate) -> None:
    made = make_order(estate, OrderState.accepted)
    with work(as_("sunhao")):
        service.cancel(get_order(made.id), Said(reason="客户取消"))
    assert (stored(made).state, stored(made).worker_id) == (OrderState.cancelled, None)


def test_a_duplicate_names_the_other(work: Work, estate: Estate) -> None:
    first, again = make_order(estate), make_order(estate)
    with work(as_("sunhao")):
        service.mark_duplicate(get_order(again.id), get_order(first.id))
    assert (stored(again).state, stored(again).duplicate_of_id) == (OrderState.duplicate, first.id)


def test_filed_it_says_when(work: Work, estate: Estate) -> None:
    made = make_order(estate, OrderState.done)
    with work(as_("sunhao")):
        service.confirm(get_order(made.id))
    assert stored(made).state is OrderState.filed
    assert stored(made).filed_at is not None


def test_what_was_done_once_is_no_second_report(work: Work, estate: Estate) -> None:
    """Done, and perhaps billed: to be done again it stays a job of its own."""
    again, other = make_order(estate, OrderState.rework, reworks=1), make_order(estate)
    with work(as_("limin")):
        one, two = get_order(again.id), get_order(other.id)
        with pytest.raises(IllegalTransition):
            service.mark_duplicate(one, two)
