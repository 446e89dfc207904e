"""维修: as the figures of repairs have them, by estate."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.repairs.figures import asked as packages
from crm.repairs.figures.besides import by_month, named, satisfied_by_estate
from crm.repairs.figures.meanings import MEANINGS
from crm.repairs.figures.sums import Sums, summed
from crm.statistics.asked import Asked
from crm.statistics.categories import by_category
from crm.statistics.registers import of_the_month
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table


def _figure(key: str, meaning: str = "", of: str = "") -> SheetFigure:
    title, words = MEANINGS[meaning or key]
    return SheetFigure(key=key, title=title, meaning=words, kind="rate" if of else "number", of=of)


FIGURES = (
    _figure("reported"),
    _figure("finished"),
    _figure("open"),
    _figure("finish_kept", "in_time", "finish_of"),
    _figure("first", "first_fix", "finished"),
    _figure("reworks"),
    _figure("satisfied", "satisfied", "reached"),
)


def reckon(asked: Asked) -> Reckoned:
    found: dict[date, Any] = {}
    known: dict[tuple[int, date], dict[str, Any]] = {}
    for month in asked.compared:
        of_month = _of(asked, month)
        found[month], satisfied = summed(of_month), satisfied_by_estate(of_month)
        known |= {(key, month): asdict(found[month]["estate"].get(key, Sums())) for key in asked.estates}
        for key, ratio in satisfied.items():
            known[key, month] |= {"satisfied": ratio.part, "reached": ratio.of}
    course = {month: {"reported": came, "finished": done} for month, came, done in by_month(_of(asked, asked.month))}
    return Reckoned(known=known, course=course, tables=[_categories(asked, found)])


def _of(asked: Asked, month: date) -> packages.Asked:
    return packages.Asked(begins=month, last=month, now=asked.now, estates=dict(asked.estates))


def _categories(asked: Asked, found: Any) -> Table:
    names = {key: each[0] for key, each in named(_of(asked, asked.month), []).categories.items()}
    keys = {key for grouped in found.values() for key in grouped["category"]}

    def count(month: date, key: Any) -> int:
        return int(found[month]["category"].get(key, Sums()).reported)

    return by_category(asked, _("Reported by category"), names, count, keys, MEANINGS["reported"])


SHEET = Sheet(
    slug="repairs",
    title=_l("Repairs"),
    definition=_l(
        "Jobs reported and finished, how well the promised times were kept, and what customers said of them."
    ),
    permission=Permission.repair_read,
    figures=FIGURES,
    drawn=("reported", "finished"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Figures of repairs"),
            endpoint="repair_figures.index",
            permission=Permission.repair_read,
            parameters=of_the_month,
        ),
    ),
)
