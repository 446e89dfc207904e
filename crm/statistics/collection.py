"""收缴: what was charged and collected, 当期收缴率, 清欠率, and what was overdue at the month's end by how long."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.ages import AGE_TITLES, OVERDUE
from crm.billing.arrears.reviews.rates import overdue_by_age, overdue_of_months, rates_of_months
from crm.billing.ledger.reports import figures_of_months
from crm.statistics.asked import Asked
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table

NOUGHT = Decimal(0)
FIGURES = (
    SheetFigure(
        key="charged",
        title=_l("Charged"),
        meaning=_l("Bills that stand in the books of the month, whatever became of them later."),
        kind="money",
    ),
    SheetFigure(
        key="collected",
        title=_l("Payments received"),
        meaning=_l("Payments in the books of the month, whichever bills they settle. What was taken back is not less."),
        kind="money",
    ),
    SheetFigure(
        key="current_paid",
        of="current_of",
        title=_l("Collection rate"),
        meaning=_l(
            "Of the bills due in the month, of its own period, the one before or the next, void ones left out: paid up "
            "to the month's last day ÷ (charged − waived). From the arrears review, which goes on up to its own day. "
            "What is waived, made void or taken back later changes it."
        ),
        kind="share",
    ),
    SheetFigure(
        key="old_paid",
        of="old_of",
        title=_l("Old debt collected"),
        meaning=_l(
            "Of what was open of earlier bills when the month began: paid in the month ÷ open then. Waived and void "
            "sums count as never charged, those of later months too: it is not the month before's overdue."
        ),
        kind="share",
    ),
    SheetFigure(
        key="overdue",
        title=_l("Overdue at the month's end"),
        meaning=_l(
            "What was overdue when the month's last day was over, as the books stood then: what was paid, waived, made "
            "void or taken back later changes nothing. Of the running month: when today is over."
        ),
        kind="money",
    ),
)


def reckon(asked: Asked) -> Reckoned:
    books = figures_of_months(asked.estates, asked.months[0], asked.month)
    rates, overdue = rates_of_months(asked.estates, asked.months), overdue_of_months(asked.estates, asked.months)
    ages = overdue_by_age(asked.estates, over(asked))
    known: dict[tuple[int, date], dict[str, Any]] = {}
    for estate_id in asked.estates:
        for month in asked.months:
            book, rate = books.get((estate_id, month)), rates[estate_id, month]
            known[estate_id, month] = {
                "charged": book.charged if book else NOUGHT,
                "collected": book.collected if book else NOUGHT,
                "overdue": overdue[estate_id, month],
                **{name: Decimal(text) for name, text in rate.plain().items()},
            }
        known[estate_id, asked.month]["overdue"] = sum((ages.get((estate_id, age), NOUGHT) for age in OVERDUE), NOUGHT)
    return Reckoned(known=known, tables=[_ages(asked, ages)])


def over(asked: Asked) -> date:
    """The first day after the month, of the running one tomorrow."""
    return min(asked.ends, asked.today + timedelta(days=1))


def _ages(asked: Asked, ages: Any) -> Table:
    """The youngest first."""
    steps = OVERDUE[::-1]
    rows = []
    for estate_id, name in asked.estates.items():
        sums = [ages.get((estate_id, age), NOUGHT) for age in steps]
        rows.append((name, *sums, sum(sums, NOUGHT)))
    return Table(
        key="ages",
        title=_("Overdue at the month's end, by how long"),
        headings=(_("Estate"), *(str(AGE_TITLES[age]) for age in steps), _("Total")),
        kinds=("text", *("money" for _age in steps), "money"),
        rows=rows,
        foot=(_("Total"), *(sum((row[place] for row in rows), NOUGHT) for place in range(1, len(steps) + 2))),
        meanings=[(_("By how long"), _("Days from the due day to the month's end. The due day itself is in time."))],
    )


SHEET = Sheet(
    slug="collection",
    title=_l("Collection"),
    definition=_l("What was charged and paid, how much of what fell due came in, and what is still owed."),
    permission=Permission.arrears_read,
    figures=FIGURES,
    drawn=("current_paid", "old_paid"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Bills charged for the month"),
            endpoint="billing.bills",
            permission=Permission.billing_read,
            parameters=lambda asked: {"period": asked.title},
        ),
    ),
)
