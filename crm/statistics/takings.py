"""收款: what came in by method and charge item, what was given back, deposits taken and held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.deposits.reports import by_month
from crm.billing.ledger.models import METHOD_TITLES, Method
from crm.billing.ledger.reports import figures_of_months, received_by_method, settled_by_item
from crm.statistics.asked import Asked
from crm.statistics.registers import since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table

NOUGHT = Decimal(0)
FIGURES = (
    SheetFigure(
        key="collected",
        title=_l("Payments received"),
        meaning=_l("Payments in the books of the month, deposits that became payments among them."),
        kind="money",
    ),
    SheetFigure(
        key="taken_back",
        title=_l("Taken back"),
        meaning=_l("Payments entered wrongly and taken back in the month, whenever they came in."),
        kind="money",
    ),
    SheetFigure(
        key="refunded",
        title=_l("Refunded"),
        meaning=_l("Credit given back to customers in the month."),
        kind="money",
    ),
    SheetFigure(
        key="taken",
        title=_l("Deposits taken"),
        meaning=_l("Deposits taken in the month, less entries taken back in it."),
        kind="money",
    ),
    SheetFigure(
        key="given_back",
        title=_l("Deposits given back"),
        meaning=_l("Deposits paid back in the month."),
        kind="money",
    ),
    SheetFigure(
        key="kept",
        title=_l("Deposits kept"),
        meaning=_l("Deducted or forfeited in the month, with what was taken back of it subtracted."),
        kind="money",
    ),
    SheetFigure(
        key="held",
        title=_l("Deposits held"),
        meaning=_l("All that was taken less all that went, up to the month's last day. As in the book of deposits."),
        kind="money",
    ),
)
OF_BOOKS, OF_DEPOSITS = ("collected", "taken_back", "refunded"), ("taken", "given_back", "kept", "held")


def reckon(asked: Asked) -> Reckoned:
    books = figures_of_months(asked.estates, asked.months[0], asked.month)
    deposits = by_month(asked.estates, asked.months)
    known: dict[tuple[int, date], dict[str, Any]] = {}
    for place, month in deposits.items():
        book = books.get(place)
        known[place] = {name: getattr(month, name) for name in OF_DEPOSITS}
        known[place] |= {name: getattr(book, name) if book else NOUGHT for name in OF_BOOKS}
    return Reckoned(known=known, tables=[_methods(asked), _items(asked)])


def _methods(asked: Asked) -> Table:
    sums = received_by_method(asked.estates, asked.compared)
    named = {method: str(METHOD_TITLES[method]) for method in Method}
    meaning = _("Payments in the books of each month by how they came in.")
    return _parts("methods", _("Received by method"), _("Method"), asked, named, sums, meaning)


def _items(asked: Asked) -> Table:
    sums = settled_by_item(asked.estates, asked.compared)
    named = {name: name for name in sorted({name for _month, name in sums})}
    meaning = _(
        "What payments settled of bills, by the books of each month, with what was undone subtracted. What is paid "
        "ahead counts when a bill takes it: the sum is not that of the payments."
    )
    return _parts("items", _("Settled by charge item"), _("Charge item"), asked, named, sums, meaning)


def _parts(
    key: str, title: str, heading: str, asked: Asked, named: Mapping[Any, str], sums: Mapping[Any, Decimal], told: str
) -> Table:
    """What there is any of in one of the months compared."""
    each = [(name, *(sums.get((month, part), NOUGHT) for month in asked.compared)) for part, name in named.items()]
    rows: Sequence[Any] = [row for row in each if any(row[1:])]
    return Table(
        key=key,
        title=title,
        headings=(heading, *(f"{month:%Y-%m}" for month in asked.compared)),
        kinds=("text", *("money" for _month in asked.compared)),
        rows=rows,
        foot=(_("Total"), *(sum((row[place] for row in rows), NOUGHT) for place in (1, 2, 3))),
        meanings=[(title, told)],
    )


SHEET = Sheet(
    slug="money",
    title=_l("Money and deposits"),
    definition=_l("What came in and how, what was given back, and the deposits of customers that are held."),
    permission=Permission.billing_read,
    figures=FIGURES,
    drawn=("collected",),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Payments of the month"),
            endpoint="billing.payments",
            permission=Permission.billing_read,
            parameters=since_and_until,
        ),
        Register(
            title=_l("Receipts of the month"),
            endpoint="cashier.receipts",
            permission=Permission.billing_read,
            parameters=since_and_until,
        ),
    ),
)
