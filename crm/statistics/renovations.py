"""装修: applications, permits and how long they took, what is open, deposits held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.renovations.cases.reports import MonthOfRenovations, renovations_of_months
from crm.statistics.asked import Asked
from crm.statistics.registers import since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table
from crm.web.templating import month as month_of

FIGURES = (
    SheetFigure(
        key="applied",
        title=_l("Applications"),
        meaning=_l("Renovations applied for in the month, whatever came of them."),
    ),
    SheetFigure(key="permitted", title=_l("Permits issued"), meaning=_l("Renovation permits issued in the month.")),
    SheetFigure(
        key="soon",
        of="permitted",
        kind="rate",
        title=_l("Permits within 7 days"),
        meaning=_l("Of the permits issued in the month, those issued within seven days of the application."),
    ),
    SheetFigure(
        key="open",
        title=_l("Renovations open"),
        meaning=_l("Applied for by the month's end and by then neither closed, turned down nor withdrawn."),
    ),
    SheetFigure(
        key="held",
        kind="money",
        title=_l("Renovation deposits held (yuan)"),
        meaning=_l("Taken by the month's end less what was deducted, given back or forfeited by then."),
    ),
)


def reckon(asked: Asked) -> Reckoned:
    known: dict[Any, dict[str, Any]] = {}
    figures = renovations_of_months(asked.estates, asked.months)
    for place, month in figures.items():
        known[place] = {name: getattr(month, name) for name in ("applied", "permitted", "soon", "open", "held")}
    return Reckoned(known=known, tables=[_how_long(asked, figures)])


def _how_long(asked: Asked, figures: Mapping[tuple[int, date], MonthOfRenovations]) -> Table:
    """Days from the application to the permit, estate by estate, in the months compared."""
    rows = [
        (name, *(_average(figures[estate_id, month]) for month in asked.compared))
        for estate_id, name in asked.estates.items()
    ]
    return Table(
        key="days",
        title=_("Days from the application to the permit, on average"),
        headings=[_("Estate"), *(month_of(month) for month in asked.compared)],
        kinds=["text", *("text" for _month in asked.compared)],
        rows=rows,
        meanings=[(_("Days to the permit"), _("Calendar days, over the permits issued in the month."))],
    )


def _average(month: MonthOfRenovations) -> str:
    return f"{Decimal(month.days) / month.permitted:.1f}" if month.permitted else "–"


SHEET = Sheet(
    slug="renovations",
    title=_l("Renovations"),
    definition=_l("Renovations applied for and permitted, how long that took, what is open, and deposits held."),
    permission=Permission.renovation_read,
    figures=FIGURES,
    drawn=("applied", "permitted"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Renovations of the month"),
            endpoint="renovations.index",
            permission=Permission.renovation_read,
            parameters=since_and_until,
        ),
    ),
)
