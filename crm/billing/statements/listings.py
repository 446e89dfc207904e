"""The figures as a list: what the picture shows, in numbers."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import extract, select

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.statements.figures import BY_TITLES, GROUPS, By, figures, rate
from crm.db import session
from crm.lists.listing import Column, Filter, Listing
from crm.properties.queries import in_chosen_estate

FIRST_YEAR = 2015


def _money(name: str, title: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="money", total=name)


def group_title(by: By) -> Any:
    """What a row is called."""
    return (lambda row: row.group.strftime("%Y-%m")) if by is By.month else (lambda row: str(row.group))


def collected(by: By, year: int) -> Listing:
    items = select(ChargeItem.name).where(in_chosen_estate(ChargeItem.estate_id)).distinct().order_by(ChargeItem.name)
    names = session().scalars(items).all()
    return Listing(
        title=_l("Charged and collected"),
        query=figures(by),
        columns=(
            Column(name="group", title=BY_TITLES[by], value=group_title(by), order=GROUPS[by]),
            Column(name="bills", title=_l("Bills"), kind="number", total="bills"),
            _money("charged", _l("Charged (yuan)")),
            _money("paid", _l("Paid (yuan)")),
            _money("waived", _l("Waived (yuan)")),
            _money("written_off", _l("Written off (yuan)")),
            _money("open", _l("Open (yuan)")),
            Column(name="rate", title=_l("Collection rate (%)"), value=rate, kind="area"),
        ),
        filters=(
            Filter(
                name="year",
                title=_l("Year"),
                condition=lambda value: extract("year", Bill.period) == int(value),
                choices=[(str(number), str(number)) for number in range(year, FIRST_YEAR - 1, -1)],
            ),
            Filter(
                name="item",
                title=_l("Charge item"),
                condition=lambda value: Bill.item_id.in_(select(ChargeItem.id).where(ChargeItem.name == value)),
                choices=[(name, name) for name in names],
            ),
        ),
        order=(GROUPS[by].desc() if by is By.month else GROUPS[by],),
        export_permission=Permission.billing_read,
        empty=_l("Nothing was charged yet."),
    )
