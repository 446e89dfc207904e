"""档案: the three scores 全面 准确 有效 of the last reviews by the month's end, and what became of the findings."""

from __future__ import annotations

from datetime import date

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
            "Of the questions that the filing reviews asked of the dossiers (is each paper there that this kind of "
            "customer needs): answered well ÷ all asked. The reviews are those that ended in the month; where none "
            "did, those of the last month before in which one did. The day of the last stands beside it."
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
        meaning=_l("Dossiers that these reviews looked at, each once."),
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
    found = reviewed(asked.estates, asked.months)
    ended = {key: found[key, asked.month].ended_on for key in asked.estates if (key, asked.month) in found}
    return Reckoned(
        known={place: each.sums for place, each in found.items()},
        names={key: of_day(name, ended.get(key)) for key, name in asked.estates.items()},
        absent={key: _("No review ended yet") for key in asked.estates if key not in ended},
        as_of=" – ".join(f"{day}" for day in sorted({min(ended.values()), max(ended.values())})) if ended else "",
    )


def of_day(name: str, ended_on: date | None) -> str:
    return _("%(name)s (reviewed %(day)s)", name=name, day=ended_on) if ended_on else name


SHEET = Sheet(
    slug="dossiers",
    title=_l("Customers' dossiers"),
    definition=_l("How complete, accurate and valid the dossiers are that the filing reviews looked at."),
    permission=Permission.review_read,
    figures=FIGURES,
    drawn=("complete_passed", "accurate_passed"),
    reckon=reckon,
    row_title=_l("Estate"),
)
