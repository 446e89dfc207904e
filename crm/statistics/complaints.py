"""投诉: as the figures of complaints have them, by estate."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.complaints.figures import asked as packages
from crm.complaints.figures.besides import by_month, named
from crm.complaints.figures.meanings import MEANINGS
from crm.complaints.figures.sums import Sums, summed
from crm.statistics.asked import Asked
from crm.statistics.categories import by_category
from crm.statistics.registers import of_the_month, since_and_until
from crm.statistics.sheets import Reckoned, Register, Sheet, SheetFigure
from crm.web.figures import Table


def _figure(key: str, meaning: str = "", of: str = "") -> SheetFigure:
    title, words = MEANINGS[meaning or key]
    return SheetFigure(key=key, title=title, meaning=words, kind="rate" if of else "number", of=of)


FIGURES = (
    _figure("received"),
    _figure("closed"),
    _figure("open"),
    _figure("answer_kept", "answered", "answer_of"),
    _figure("result_kept", "result", "result_of"),
    _figure("reopened", "again", "closed"),
    _figure("justified", "justified", "closed"),
)


def reckon(asked: Asked) -> Reckoned:
    found = {month: summed(_of(asked, month)) for month in asked.compared}
    known = {
        (estate_id, month): asdict(sums)
        for month, grouped in found.items()
        for estate_id, sums in grouped["estate"].items()
    }
    course = {month: {"received": came, "closed": done} for month, came, done in by_month(_of(asked, asked.month))}
    return Reckoned(known=known, course=course, tables=[_categories(asked, found)])


def _of(asked: Asked, month: date) -> packages.Asked:
    return packages.Asked(begins=month, last=month, now=asked.now, estates=dict(asked.estates))


def _categories(asked: Asked, found: Any) -> Table:
    names = named(_of(asked, asked.month)).categories
    keys = {key for grouped in found.values() for key in grouped["category"]}

    def count(month: date, key: Any) -> int:
        return int(found[month]["category"].get(key, Sums()).received)

    return by_category(asked, _("Received by category"), names, count, keys, MEANINGS["received"])


SHEET = Sheet(
    slug="complaints",
    title=_l("Complaints"),
    definition=_l("Complaints received and closed, how well the promised times were kept, and what they were about."),
    permission=Permission.complaint_read,
    figures=FIGURES,
    drawn=("received", "closed"),
    reckon=reckon,
    row_title=_l("Estate"),
    registers=(
        Register(
            title=_l("Complaints received in the month"),
            endpoint="complaints.index",
            permission=Permission.complaint_read,
            parameters=since_and_until,
        ),
        Register(
            title=_l("Figures of complaints"),
            endpoint="complaint_figures.index",
            permission=Permission.complaint_read,
            parameters=of_the_month,
        ),
    ),
)
