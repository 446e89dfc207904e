"""客户: households, who moved in and out, what was supplemented, how many called."""

from __future__ import annotations

from dataclasses import asdict

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.calls.models import Direction
from crm.calls.reports import calls_of_months
from crm.sql import code_of
from crm.statistics.asked import Asked
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.tenants.monthly import customers_of_months

FIGURES = (
    SheetFigure(
        key="households",
        title=_l("Households"),
        meaning=_l(
            "Units with an owner or a tenant on the month's last day, of the running month today; parking spaces left "
            "out."
        ),
    ),
    SheetFigure(
        key="moved_in",
        title=_l("Moved in"),
        meaning=_l("Owners and tenants whose tie to a unit began in the month; parking spaces and relatives left out."),
    ),
    SheetFigure(
        key="moved_out",
        title=_l("Moved out"),
        meaning=_l("Owners and tenants whose tie to a unit ended in the month; parking spaces and relatives left out."),
    ),
    SheetFigure(
        key="supplements",
        title=_l("Supplements"),
        meaning=_l("Supplements to customers' files that were recorded in the month, changes and corrections alike."),
    ),
    SheetFigure(
        key="calls_in",
        title=_l("Calls in"),
        meaning=_l("Calls of customers and others that the desk noted in the month."),
    ),
    SheetFigure(
        key="calls_out",
        title=_l("Calls out"),
        meaning=_l("Calls to customers and others that the desk noted in the month."),
    ),
)
CALLS = {"calls_in": Direction.incoming, "calls_out": Direction.outgoing}


def reckon(asked: Asked) -> Reckoned:
    people = customers_of_months(asked.estates, asked.months, asked.today)
    calls = {name: calls_of_months(asked.estates, asked.months, direction) for name, direction in CALLS.items()}
    known = {
        (estate_id, month): asdict(each)
        | {name: counts.get((estate_id, code_of(month)), 0) for name, counts in calls.items()}
        for (estate_id, month), each in people.items()
    }
    return Reckoned(known=known)


SHEET = Sheet(
    slug="customers",
    title=_l("Customers"),
    definition=_l("How many households there are, who came and went, and how much the desk heard of them."),
    permission=Permission.customer_read,
    figures=FIGURES,
    drawn=("households", "calls_in"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Customers"),
            endpoint="tenants.index",
            permission=Permission.customer_read,
            parameters=lambda _asked: {},
        ),
    ),
)
