"""Walking a building: its meters in a table, a figure each; what is sound is stored, what is not stays as typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.charges.models import METER_TITLES, MeterKind
from crm.billing.meters import collecting, queries, service
from crm.billing.meters.consumption import ANOMALY_TITLES, Anomaly
from crm.billing.meters.models import Meter
from crm.billing.meters.service import Taken
from crm.billing.meters.views.lists import month_asked
from crm.billing.meters.views.pages import READ, RUN, blueprint
from crm.dates import business_day, parse_date
from crm.errors import DomainError
from crm.properties.models import Building, Estate
from crm.properties.queries import get_building, get_estate
from crm.web import excel
from crm.web.amounts import QUANTITY_PLACES, parse_figure
from crm.web.download import attachment


@dataclass(slots=True, kw_only=True)
class Line:
    """A meter with its newest reading before, what was typed, and what became of it."""

    meter: Meter
    place: str
    before: Any  # its `Latest`, None without
    typed: str = ""
    rolled: bool = False
    fault: str = ""
    stored: bool = False
    used: Decimal | None = None
    odd: str = ""


@blueprint.get("/rounds")
@requires(READ)
def rounds() -> ResponseReturnValue:
    month = month_asked()
    rows = queries.rounds(month)
    return render_template(
        "billing/meters/rounds.html",
        month=month.begins,
        rows=rows,
        kinds=METER_TITLES,
        may_run=g.actor.may(RUN),
        meters=sum(row.meters for row in rows),
        read=sum(row.read for row in rows),
        unread=url_for(".unread", month=month.begins.isoformat()[:7]),
    )


@blueprint.route("/rounds/<int:estate_id>", methods=["GET", "POST"])
@requires(RUN)
def round_of(estate_id: int) -> ResponseReturnValue:
    """`building` and `kind` in the address; without a building those that are in none."""
    estate, building, kind = _asked(estate_id)
    day, fault = _day()
    rows = queries.of_round(estate.id, building.id if building else None, kind, day)
    before = queries.latest(Meter.id.in_([meter.id for meter, _place in rows]))
    lines = [Line(meter=meter, place=place, before=before.get(meter.id)) for meter, place in rows]
    if request.method == "POST" and not fault:
        for line in lines:
            _take(line, day)
        _tell_uses(lines)
    return render_template(
        "billing/meters/round.html",
        estate=estate,
        building=building,
        kind=kind,
        kinds=METER_TITLES,
        lines=lines,
        day=day,
        fault=fault,
        typed_day=request.form.get("read_on", day.isoformat()),
        stored=sum(line.stored for line in lines),
        faulty=sum(bool(line.fault) for line in lines),
    )


def _asked(estate_id: int) -> tuple[Estate, Building | None, MeterKind]:
    estate, building_id = get_estate(estate_id), request.args.get("building", type=int)
    building = get_building(building_id) if building_id else None
    if building and building.estate_id != estate.id:
        abort(404)
    wanted = request.args.get("kind", "")
    return estate, building, MeterKind(wanted) if wanted in set(MeterKind) else MeterKind.water


def _day() -> tuple[date, str]:
    """The day of the round, and what is wrong with what was typed."""
    today, text = business_day(), request.form.get("read_on", "")
    if not text:
        return today, ""
    try:
        day = parse_date(text, today)
    except ValueError:
        return today, _("Write a day such as 2026-11-23 or 11-23.")
    return day, _("The day must not be later than today.") if day > today else ""


def _take(line: Line, day: date) -> None:
    """Store what was typed for the meter; what cannot be stays with the reason."""
    line.typed = request.form.get(f"value-{line.meter.id}", "").strip()[:40]
    line.rolled = f"rolled-{line.meter.id}" in request.form
    if not line.typed:
        return
    try:
        value = parse_figure(line.typed, QUANTITY_PLACES)
        service.read(line.meter, Taken(value=value, read_on=day, rolled=line.rolled))
        line.stored = True
    except DomainError as refusal:
        line.fault = str(refusal)
    except ValueError:
        line.fault = _("Write a number with three decimals at most, such as 120.5.")


def _tell_uses(lines: list[Line]) -> None:
    """What was used up to the readings just stored."""
    stored = [line.meter.id for line in lines if line.stored]
    rows = queries.newest_counted(stored)
    for line in lines:
        if line.stored and (row := rows.get(line.meter.id)) and row.quantity is not None:
            line.used = queries.quantity_of(row.quantity)
            line.odd = str(ANOMALY_TITLES[Anomaly(row.anomaly)]) if row.open else ""


@blueprint.get("/rounds/<int:estate_id>/sheet.xlsx")
@requires(RUN)
def blank_sheet(estate_id: int) -> ResponseReturnValue:
    """To walk with: the meters of a building, or of the whole estate, with what was read before."""
    estate, building, kind = _asked(estate_id)
    where = _("Building %(number)s", number=building.number) if building else estate.name
    title = f"{where} {METER_TITLES[kind]}"
    book = collecting.blank_sheet(estate, building.id if building else None, kind, title)
    return attachment(book, f"{title} {business_day().isoformat()}.xlsx", excel.MEDIA_TYPE)
