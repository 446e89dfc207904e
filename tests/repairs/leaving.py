"""A row in every table of repairs that takes no change."""

from __future__ import annotations

from crm.properties.models import Estate
from tests import factories as make
from tests.repairs.costs.making import make_answer, make_line, make_quote
from tests.repairs.importing.making import ids_of_repair_imports
from tests.repairs.incidents.making import make_called_about, make_caller
from tests.repairs.making import make_order, make_photo
from tests.repairs.stock.making import make_movement, make_stock_item
from tests.repairs.visits.making import make_visit


def leave_repairs(estate: Estate) -> None:
    order = make_order(estate, unit=make.make_unit(estate))
    make_line(order)
    make_answer(make_quote(order))
    make_photo(order, estate)
    make_visit(order)
    make_caller(make_called_about(estate))
    make_movement(make_stock_item(), "5")
    ids_of_repair_imports(estate)
