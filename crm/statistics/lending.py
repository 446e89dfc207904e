"""借阅: what was lent, came back in time or did not, and what was missing; of the whole company, by department."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.lending.monthly import NONE, departments, lending_of_months
from crm.auth.permissions import Permission
from crm.statistics.asked import Asked
from crm.statistics.registers import since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure

FIGURES = (
    SheetFigure(
        key="issued",
        title=_l("Slips issued"),
        meaning=_l("Lending slips whose papers went out in the month; copies that are read on the screen left out."),
    ),
    SheetFigure(
        key="documents", title=_l("Documents lent out"), meaning=_l("Documents on these slips, each as often as lent.")
    ),
    SheetFigure(
        key="copies",
        title=_l("Copies opened"),
        meaning=_l("Slips by which a digital copy was opened for reading in the month."),
    ),
    SheetFigure(
        key="on_time",
        of="judged",
        kind="rate",
        title=_l("Returned on time"),
        meaning=_l(
            "Of the slips whose last day lay in the month, as last agreed: everything back by that day ÷ all that are "
            "back or late by now."
        ),
    ),
    SheetFigure(
        key="overdue",
        title=_l("Slips overdue at the month's end"),
        meaning=_l(
            "Slips past their last day, as last agreed, and not all back at the end of the month's last day, today of "
            "the running month."
        ),
    ),
    SheetFigure(
        key="incidents",
        title=_l("Pages missing or damaged"),
        meaning=_l("Incidents of what was lent that were reported in the month."),
    ),
)


def reckon(asked: Asked) -> Reckoned:
    found = lending_of_months(asked.months, asked.today)
    lent = {department_id for department_id, _month in found}
    names = {key: name for key, name in departments().items() if key in lent}
    return Reckoned(
        known={place: asdict(each) for place, each in found.items()},
        names=names | ({NONE: _("No department")} if NONE in lent else {}),
        notes=[_("These figures are those of the whole company: the archive lends to every department.")],
    )


def _out(asked: Asked) -> dict[str, Any]:
    return {"day": (asked.ends - timedelta(days=1)).isoformat()}


SHEET = Sheet(
    slug="lending",
    title=_l("Lending of the archive"),
    definition=_l("What was lent, how much of it came back in time, and what was missing."),
    permission=Permission.slip_read,
    figures=FIGURES,
    drawn=("issued", "overdue"),
    reckon=reckon,
    row_title=_l("Department"),
    company=True,
    registers=(
        Register(
            title=_l("Slips issued"),
            endpoint="lending.index",
            permission=Permission.slip_read,
            parameters=lambda asked: {**since_and_until(asked), "form": "paper", "work": "lent"},
        ),
        Register(
            title=_l("Out at the month's end"),
            endpoint="lending.ledger",
            permission=Permission.slip_read,
            parameters=_out,
        ),
    ),
)
