"""Materials and labour in the words of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.web.templating import exact, money

EVENT_TITLES = {
    "RepairLineAdded": _l("Material or labour of a repair"),
    "RepairLineTakenBack": _l("Material or labour taken back"),
}
FIELD_TITLES = {"quantity": _l("How many"), "van": _l("Van of")}


def _line(data: Mapping[str, Any]) -> str:
    what = f"{data['name']} × {exact(Decimal(data['quantity']))}"
    return " · ".join((data["number"], what, _("%(sum)s yuan", sum=money(Decimal(data["amount"])))))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "RepairLineAdded": _line,
    "RepairLineTakenBack": _line,
}
