"""The list of drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.engineering.drawings import queries
from crm.engineering.drawings.models import KIND_TITLES, Drawing, DrawingKind, DrawingVersion
from crm.engineering.drawings.service import file_called
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import units_holding

STATES = [
    ("counts", _l("With a version that counts")),
    ("withdrawn", _l("Every version withdrawn")),
    ("unfiled", _l("A unit's, in no dossier yet")),
    ("lent", _l("Lent out now")),
]


def drawings(day: date) -> Listing:
    return Listing(
        title=_l("Drawings"),
        query=queries.drawings(),
        columns=_columns(),
        filters=_filters(day),
        order=(Drawing.entered_at.desc(), Drawing.id.desc()),
        empty=_l("No drawing was entered yet."),
        actions=(FILE,),
    )


def place(row: Any) -> str:
    """Of a row of `queries.drawings`."""
    return row.unit or (_("Building %(number)s", number=row.building) if row.building else _("Whole estate"))


def _page(row: Any) -> str:
    return url_for("drawings.show", drawing_id=row.id)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Drawing number"), order=Drawing.number, link=_page),
        Column(name="title", title=_l("Title"), kind="long", order=Drawing.title),
        Column(name="kind", title=_l("Kind of drawing"), value=lambda row: str(KIND_TITLES[row.kind])),
        Column(name="place", title=_l("Place"), value=place, order=Unit.sort_key),
        Column(
            name="rev",
            title=_l("Version"),
            value=lambda row: row.rev or _("Withdrawn"),
            kind="badge",
            tone=lambda row: "green" if row.rev else "red",
        ),
        Column(name="dated_on", title=_l("Day on the drawing"), kind="date", order=DrawingVersion.dated_on),
        Column(name="maker", title=_l("Drawing made by")),
        Column(name="versions", title=_l("Versions"), kind="number"),
        Column(name="changes", title=_l("What changed"), kind="long", at_first=False),
        Column(name="entered_at", title=_l("Entered at"), kind="date", order=Drawing.entered_at, at_first=False),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _filters(day: date) -> tuple[Filter, ...]:
    there = [(str(key), name) for key, name in queries.buildings().items()]
    states: dict[str, ColumnElement[bool]] = {
        "counts": DrawingVersion.id.is_not(None),
        "withdrawn": DrawingVersion.id.is_(None),
        "unfiled": queries.is_unfiled(day),
        "lent": queries.is_out(),
    }
    return (
        Filter(name="q", title=_l("Number, title, unit or maker"), condition=_about),
        Filter(
            name="kind",
            title=_l("Kind of drawing"),
            condition=lambda value: Drawing.kind == DrawingKind(value),
            choices=[(kind.value, title) for kind, title in KIND_TITLES.items()],
        ),
        Filter(name="state", title=_l("State"), condition=lambda value: states[value], choices=STATES),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: Drawing.building_id == int(value),
            choices=there,
        ),
        *period_filters(DrawingVersion.dated_on),
    )


def _about(text: str) -> ColumnElement[bool]:
    there = Drawing.unit_id.in_(units_holding(text))
    return holding(text, Drawing.number, Drawing.title, DrawingVersion.maker) | there


def _preview(ids: Sequence[int], _form: Any) -> Sequence[Effect]:
    """Which of them can be filed: of each the version that counts."""
    found = queries.drawings().add_columns(queries.is_unfiled(business_day()).label("unfiled"))
    rows = session().execute(found.where(Drawing.id.in_(ids)).order_by(Drawing.number, Drawing.id)).all()
    return [Effect(id=row.id, label=f"{row.number} {row.title}", hindrance=_hindrance(row)) for row in rows]


def _hindrance(row: Any) -> str:
    if row.unit_id is None:
        return _("Only a unit's drawing is filed: the dossiers are the customers'.")
    if row.version_id is None:
        return _("Every version of it was withdrawn.")
    return "" if row.unfiled else _("It is filed, or nobody has this unit now.")


def _file(ids: Sequence[int], _form: Any) -> None:
    found = queries.drawings().where(and_(Drawing.id.in_(ids), queries.is_unfiled(business_day())))
    file_called([row.version_id for row in session().execute(found.order_by(Drawing.id))])


FILE = BulkAction(
    name="file",
    title=_l("File into the dossiers"),
    permission=Permission.engineering_keep,
    preview=_preview,
    apply=_file,
    icon="folder",
)
