"""借保档案: projects that ended, hand-overs, the register of receipts and archive numbers of the whole company."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.credit.models import PROJECT_TITLES, ProjectKind
from crm.archive.handover.monthly import archive_of_months
from crm.archive.numbers.queries import MonthOfNumbers, numbers_of_months
from crm.auth.permissions import Permission
from crm.statistics.asked import Asked
from crm.statistics.dossiers import SCORES, of_day
from crm.statistics.registers import since_and_until
from crm.statistics.scores import reviewed
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table

FIGURES = (
    SheetFigure(
        key="ended",
        title=_l("Projects ended"),
        meaning=_l("Loans disbursed and guarantees given in the month: from that day on the dossier is due."),
    ),
    SheetFigure(
        key="due",
        title=_l("Hand-overs due"),
        meaning=_l("Hand-overs whose last day lay in the month, postponements reckoned in."),
    ),
    SheetFigure(
        key="late",
        of="due",
        kind="rate",
        title=_l("Late"),
        meaning=_l(
            "Of these: handed in with working days too many on the clock of the whole, or past their day and not "
            "handed in yet ÷ all due."
        ),
    ),
    SheetFigure(
        key="received",
        title=_l("Dossiers received"),
        meaning=_l("Entries in the register of receipts by the day of the receipt: each is one dossier."),
    ),
    SheetFigure(
        key="entered_late",
        title=_l("Entered late"),
        meaning=_l("Of these: a working day passed between the receipt and the entry."),
    ),
    SheetFigure(
        key="supplements",
        title=_l("Supplements filed"),
        meaning=_l("Documents that came after the filing and were registered in the month, signed by both."),
    ),
)
NUMBERS = {
    "reserved": _l("Numbers reserved"),
    "committed": _l("Numbers used"),
    "void": _l("Numbers void"),
}


def reckon(asked: Asked) -> Reckoned:
    found = archive_of_months(asked.months, asked.today)
    return Reckoned(
        known={place: asdict(each) for place, each in found.items()},
        names={kind: str(PROJECT_TITLES[kind]) for kind in ProjectKind},
        tables=[_numbers(asked), _scores(asked)],
        notes=[_("These figures are those of the whole company: loans and guarantees belong to no estate.")],
    )


def _numbers(asked: Asked) -> Table:
    found = numbers_of_months([asked.month])
    rows = [
        (word, *(getattr(found.get((word, asked.month), MonthOfNumbers()), name) for name in NUMBERS))
        for word in sorted({word for word, _month in found})
    ]
    return Table(
        key="numbers",
        title=_("Archive numbers"),
        headings=(_("Word"), *(str(title) for title in NUMBERS.values())),
        kinds=("text", *("number" for _title in NUMBERS)),
        rows=rows,
        foot=(_("Total"), *(sum(row[place] for row in rows) for place in (1, 2, 3))),
        meanings=[
            (_("Archive numbers"), _("Numbers taken in the month, and those used for good or found void in it."))
        ],
    )


def _scores(asked: Asked) -> Table:
    """Of the reviews of the loan and guarantee dossiers."""
    found = reviewed((), asked.months, company=True)
    rows: list[Any] = []
    for month in asked.compared:
        of_month = found.get((None, month))
        told = [each.value(of_month.sums) for each in SCORES] if of_month else [_("No review ended yet"), None, None]
        rows.append((of_day(f"{month:%Y-%m}", of_month.ended_on if of_month else None), *told))
    return Table(
        key="scores",
        title=_("Scores of the filing reviews"),
        headings=(_("Month"), *(str(each.title) for each in SCORES)),
        kinds=("text", "rate", "rate", "rate"),
        rows=rows,
        meanings=[(str(each.title), str(each.meaning)) for each in SCORES],
    )


SHEET = Sheet(
    slug="loans",
    title=_l("Loan and guarantee archive"),
    definition=_l("Projects that ended, dossiers handed over and received, and the numbers taken for them."),
    permission=Permission.credit_oversee,
    figures=FIGURES,
    drawn=("received", "ended"),
    reckon=reckon,
    row_title=_l("Kind"),
    company=True,
    registers=(
        Register(
            title=_l("Register of receipts"),
            endpoint="handover.register",
            permission=Permission.credit_read,
            parameters=since_and_until,
        ),
        Register(
            title=_l("Ledger of numbers"),
            endpoint="dossiers.numbers",
            permission=Permission.dossier_read,
            parameters=lambda asked: {"year": asked.month.year},
        ),
    ),
)
