"""A meter: its readings with what was used between them; installing, changing, swapping, removing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.billing.charges.models import METER_TITLES, MeterKind
from crm.billing.meters import history, queries, service
from crm.billing.meters.consumption import ANOMALY_TITLES, WRONG, Anomaly
from crm.billing.meters.forms import InstallForm, MeterForm, RemoveForm, SwapForm
from crm.billing.meters.models import READING_TITLES, Meter, MeterReading, ReadingKind
from crm.billing.meters.service import Device, Place, Taken
from crm.billing.meters.views.pages import READ, RUN, address, blueprint, kept, meter_page, place_of
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.queries import buildings_of, get_estate, get_unit_called, visible_estates
from crm.web.forms import attempt, choices, form_page, is_current

SHOWN = 200  # readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A reading as the page shows it; one that does not count any more has neither use nor oddity."""

    reading: MeterReading
    kind: str
    used: Decimal | None
    odd: str
    wrong: bool
    open: bool
    counts: bool
    billed: bool


@blueprint.get("/<int:meter_id>")
@requires(READ)
def meter(meter_id: int) -> ResponseReturnValue:
    found = queries.get_meter(meter_id)
    rows, until = queries.readings(found.id), queries.billed_until(found)
    counting, billed = queries.counting(found.id), queries.billed_readings(found)
    return render_template(
        "billing/meters/meter.html",
        meter=found,
        kind=METER_TITLES[found.kind],
        place=place_of(found),
        lines=[_line(reading, counting.get(reading.id), billed) for reading in rows[:SHOWN]],
        count=len(rows),
        until=until,
        may_run=g.actor.may(RUN),
        events=history.happenings(found.id),
    )


def _line(reading: MeterReading, row: Any, billed: set[int]) -> Line:
    odd = Anomaly(row.anomaly) if row and row.anomaly else None
    return Line(
        reading=reading,
        kind=str(READING_TITLES[reading.kind]),
        used=queries.quantity_of(row.quantity) if row and row.quantity is not None else None,
        odd=str(ANOMALY_TITLES[odd]) if odd else "",
        wrong=odd in WRONG,
        open=bool(row and row.open),
        counts=row is not None,
        billed=reading.id in billed,
    )


@blueprint.route("/install", methods=["GET", "POST"])
@requires(RUN)
def install() -> ResponseReturnValue:
    form = InstallForm(estate_id=g.actor.estate_id, installed_on=business_day())
    form.estate_id.choices = choices({estate.id: estate.name for estate in visible_estates()})
    if form.validate_on_submit() and (made := attempt(form, _installed, form)):
        flash(_("Meter %(number)s is installed.", number=made.number))
        return redirect(address(made.id))
    return form_page(form, _("Install a meter"), url_for(".index"))


def _installed(form: Any) -> Meter:
    estate = get_estate(form.estate_id.data)
    if form.unit.data:
        place = Place(estate_id=estate.id, unit=get_unit_called(estate.id, form.unit.data))
    else:
        place = Place(estate_id=estate.id, building_id=_building(estate.id, form), name=form.place.data)
    return service.install(place, MeterKind(form.kind.data), _device(form, form.installed_on.data))


def _building(estate_id: int, form: Any) -> int | None:
    if not form.building.data:
        return None
    found = next((row.id for row in buildings_of(estate_id) if row.number == form.building.data), None)
    if found is None:
        raise DomainError(_("There is no building %(number)s in this estate.", number=form.building.data))
    return int(found)


def _device(form: Any, installed_on: Any) -> Device:
    return Device(
        number=form.number.data,
        installed_on=installed_on,
        base=form.base.data,
        multiplier=form.multiplier.data,
        digits=form.digits.data,
        reversed=form.reversed.data,
        note=form.note.data or "",
    )


@blueprint.route("/<int:meter_id>/edit", methods=["GET", "POST"])
@requires(RUN)
def edit(meter_id: int) -> ResponseReturnValue:
    found = queries.get_meter(meter_id)
    form = MeterForm(obj=found)
    if form.validate_on_submit() and is_current(form, found, timeline("meter", found.id)):
        facts = {name: form[name].data for name in ("number", "multiplier", "digits", "reversed")}
        if attempt(form, service.change, found, facts | {"note": form.note.data or ""}):
            return redirect(address(found.id))
    return meter_page(form, found, _("Change the meter"))


@blueprint.route("/<int:meter_id>/swap", methods=["GET", "POST"])
@requires(RUN)
def swap(meter_id: int) -> ResponseReturnValue:
    found = queries.get_meter(meter_id)
    form = SwapForm(read_on=business_day(), digits=found.digits, multiplier=found.multiplier)
    if form.validate_on_submit() and (made := attempt(form, _swapped, form, found)):
        flash(_("%(old)s is removed, %(new)s counts from now on.", old=found.number, new=made.number))
        return redirect(address(made.id))
    return meter_page(form, found, _("Swap the meter"), before=queries.last_reading(found.id))


def _swapped(form: Any, meter: Meter) -> Meter:
    return service.swap(meter, _last(form, meter), _device(form, form.read_on.data))


def _last(form: Any, meter: Meter) -> Taken:
    return Taken(
        value=form.value.data,
        read_on=form.read_on.data,
        rolled=form.rolled.data,
        kind=ReadingKind.final,
        note=form.note.data or "",
        upload=kept(form.photo.data, meter.estate_id),
    )


@blueprint.route("/<int:meter_id>/remove", methods=["GET", "POST"])
@requires(RUN)
def remove(meter_id: int) -> ResponseReturnValue:
    found, form = queries.get_meter(meter_id), RemoveForm(read_on=business_day())
    if form.validate_on_submit() and attempt(form, lambda: service.remove(found, _last(form, found))):
        flash(_("Meter %(number)s is removed.", number=found.number))
        return redirect(address(found.id))
    return meter_page(form, found, _("Remove the meter"), before=queries.last_reading(found.id))
