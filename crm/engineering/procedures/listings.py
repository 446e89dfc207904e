"""The lists of procedures: all, those to be reviewed, and who has read a version."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from crm.engineering.procedures import queries
from crm.engineering.procedures.figures import TELL_AHEAD
from crm.engineering.procedures.models import (
    STATE_TITLES,
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureVersion,
)
from crm.engineering.procedures.queries import Force, Work
from crm.engineering.trades import TRADE_TITLES, Trade
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate

STATES = [
    ("in_force", _l("In force")),
    ("none", _l("None in force")),
    ("in_work", _l("A version is being written")),
    ("submitted", _l("Waits for a decision")),
]
COMPANY = "company"


def ahead(day: date) -> date:
    """What is to be reviewed by then is on the list."""
    return day + timedelta(days=TELL_AHEAD.on(day))


def procedures(day: date) -> Listing:
    return Listing(
        title=_l("Work procedures"),
        query=queries.procedures(),
        columns=_columns(day),
        filters=(*_filters(), _by_state(), _by_review(day)),
        order=(Procedure.number, Procedure.id),
        empty=_l("No work procedure was entered yet."),
    )


def to_review(day: date) -> Listing:
    return Listing(
        title=_l("Procedures to be reviewed"),
        query=queries.to_review(ahead(day)),
        columns=_columns(day),
        filters=(*_filters(), _by_review(day)),
        order=(Force.review_by, Procedure.number, Procedure.id),
        empty=_l("No procedure is to be reviewed soon."),
    )


def readings(version: ProcedureVersion) -> Listing:
    """The register of a version."""
    return Listing(
        title=_("Who has read %(number)s", number=version.number),
        query=queries.readings(version.id),
        columns=(
            Column(name="read_by", title=_l("Who"), order=ProcedureReading.read_by),
            Column(name="username", title=_l("Account")),
            Column(name="read_at", title=_l("Read at"), kind="date", order=ProcedureReading.read_at),
        ),
        order=(ProcedureReading.id,),
        empty=_l("Nobody has said yet that they have read it."),
    )


def holds_for(row: Any) -> str:
    return row.estate or _("The whole company")


def review_words(row: Any, day: date) -> str:
    """Of a row of `queries.procedures`."""
    if row.review_by is None:
        return ""
    days = (row.review_by - day).days
    if days == 0:
        return _("Today")
    return _("Overdue by %(days)s days", days=-days) if days < 0 else _("In %(days)s days", days=days)


def review_tone(row: Any, day: date) -> str:
    if row.review_by is None or row.review_by > ahead(day):
        return "blue"
    return "red" if row.review_by < day else "orange"


def _columns(day: date) -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Number"),
            order=Procedure.number,
            link=lambda row: url_for("procedures.show", procedure_id=row.id),
        ),
        Column(name="title", title=_l("Title"), kind="long", order=Procedure.title),
        Column(name="holds_for", title=_l("Holds for"), value=holds_for, order=Estate.name),
        Column(
            name="in_force",
            title=_l("In force"),
            value=lambda row: f"V{row.position}" if row.position else _("None in force"),
            kind="badge",
            tone=lambda row: "green" if row.position else "grey",
        ),
        Column(name="valid_from", title=_l("Holds from"), kind="date", order=Force.valid_from),
        Column(name="review_by", title=_l("To be reviewed by"), kind="date", order=Force.review_by),
        Column(
            name="left",
            title=_l("Time of the review"),
            value=lambda row: review_words(row, day),
            kind="badge",
            tone=lambda row: review_tone(row, day),
        ),
        Column(
            name="work",
            title=_l("In work"),
            value=lambda row: f"V{row.work_position} {STATE_TITLES[row.work]}" if row.work else "",
        ),
        Column(
            name="trade",
            title=_l("Building trade"),
            value=lambda row: str(TRADE_TITLES[row.trade]) if row.trade else "",
            at_first=False,
        ),
        Column(name="about_units", title=_l("Tells how to work in a unit"), at_first=False, value=_units),
    )


def _units(row: Any) -> str:
    return _("Yes") if row.about_units else ""


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(
            name="q",
            title=_l("Procedure number or title"),
            condition=lambda text: holding(text, Procedure.number, Procedure.title),
        ),
        Filter(
            name="trade",
            title=_l("Building trade"),
            condition=lambda value: Procedure.trade == Trade(value),
            choices=[(trade.value, title) for trade, title in TRADE_TITLES.items()],
        ),
        Filter(
            name="scope",
            title=_l("Holds for"),
            condition=lambda value: (
                Procedure.estate_id.is_(None) if value == COMPANY else Procedure.estate_id.is_not(None)
            ),
            choices=[(COMPANY, _l("The whole company")), ("estate", _l("An estate"))],
        ),
    )


def _by_state() -> Filter:
    states: dict[str, ColumnElement[bool]] = {
        "in_force": Force.id.is_not(None),
        "none": Force.id.is_(None),
        "in_work": Work.id.is_not(None),
        "submitted": Work.state == ProcedureState.submitted,
    }
    return Filter(name="state", title=_l("State"), condition=lambda value: states[value], choices=STATES)


def _by_review(day: date) -> Filter:
    due: dict[str, ColumnElement[bool]] = {
        "overdue": Force.review_by < day,
        "soon": Force.review_by.between(day, ahead(day)),
        "later": or_(Force.review_by > ahead(day), Force.review_by.is_(None)),
    }
    titles = [("overdue", _l("Overdue")), ("soon", _l("Soon")), ("later", _l("Later"))]
    return Filter(name="review", title=_l("Time of the review"), condition=lambda value: due[value], choices=titles)
