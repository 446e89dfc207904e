"""机电点位表: the points of a unit by trade, as they stand or as they were filed. Clause P-16."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from crm.dates import business_day, business_day_of
from crm.db import session
from crm.engineering.filed import holders
from crm.engineering.points.models import PointSheet
from crm.engineering.points.queries import get_sheet, standing_of
from crm.engineering.points.service import as_content
from crm.engineering.trades import TRADE_TITLES, Trade
from crm.properties.models import Unit
from crm.tenants.closing import Paper
from crm.web import pdf


def sheet(unit: Unit) -> bytes:
    """As they stand today; with the unit's estate loaded."""
    return _printed(unit, [as_content(row) for row in standing_of(unit.id)], business_day())


def filed_sheet(made: PointSheet) -> bytes:
    return _printed(made.unit, made.content, business_day_of(made.made_at))


def _printed(unit: Unit, content: Sequence[dict[str, Any]], day: date) -> bytes:
    return pdf.document(
        "engineering/points.html",
        unit=unit,
        estate=unit.estate,
        groups=by_trade(content),
        count=len(content),
        day=day,
        code=pdf.qr(url_for("unit_files.show", unit_id=unit.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def by_trade(content: Sequence[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """(title of the trade, its points), in the order of the trades."""
    order = [trade.value for trade in Trade]
    points = sorted(content, key=lambda point: (order.index(point["trade"]), point["code"]))
    return [(TRADE_TITLES[Trade(trade)], list(some)) for trade, some in groupby(points, lambda point: point["trade"])]


def to_file(point_sheet_id: int) -> Paper:
    made = get_sheet(point_sheet_id)
    day = business_day_of(made.made_at)
    return Paper(
        slot="service_points",
        title=_("As-built points of %(unit)s", unit=made.unit.label),
        number=f"{made.unit.label} {day.isoformat()}",
        day=day,
        estate_id=made.estate_id,
        customer_ids=set(session().scalars(holders(made.unit_id, business_day()))),
        content=filed_sheet(made),
    )
