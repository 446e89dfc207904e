"""档案: the three scores 全面 准确 有效 of the reviews that ended in the month, and what became of the findings."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.statistics.asked import Asked
from crm.statistics.scores import reviewed
from crm.statistics.sheets import Reckoned, Sheet, SheetFigure

SCORES = (
    SheetFigure(
        key="complete_passed",
        of="complete_of",
        kind="rate",
        title=_l("Complete"),
        meaning=_l(
            "Of the questions that the reviews of the month asked of the dossiers (is each paper there that this "
            "kind of customer needs): answered well ÷ all asked."
        ),
    ),
    SheetFigure(
        key="accurate_passed",
        of="accurate_of",
        kind="rate",
        title=_l("Accurate"),
        meaning=_l("The same of the questions whether numbers, phones, areas and periods agree."),
    ),
    SheetFigure(
        key="valid_passed",
        of="valid_of",
        kind="rate",
        title=_l("Valid"),
        meaning=_l("The same of the questions whether papers still hold, were looked at lately and are signed."),
    ),
)
FIGURES = (
    *SCORES,
    SheetFigure(
        key="dossiers",
        title=_l("Dossiers reviewed"),
        meaning=_l("Dossiers that a filing review looked at which ended in the month, each once."),
    ),
    SheetFigure(
        key="new",
        title=_l("Findings, new"),
        meaning=_l("Faults that these reviews found and the one before had not."),
    ),
    SheetFigure(
        key="repeated",
        title=_l("Findings, repeated"),
        meaning=_l("Faults that these reviews found and the one before had found as well."),
    ),
    SheetFigure(
        key="cured",
        title=_l("Findings, cured"),
        meaning=_l("Faults that the review before had found and these no longer did."),
    ),
)


def reckon(asked: Asked) -> Reckoned:
    known = reviewed(asked.estates, asked.months)
    none = {key: _("No review ended") for key in asked.estates if (key, asked.month) not in known}
    return Reckoned(known=known, absent=none)


SHEET = Sheet(
    slug="dossiers",
    title=_l("Customers' dossiers"),
    definition=_l("How complete, accurate and valid the dossiers are that the filing reviews of the month looked at."),
    permission=Permission.review_read,
    figures=FIGURES,
    drawn=("complete_passed", "accurate_passed"),
    reckon=reckon,
    row_title=_l("Estate"),
)
