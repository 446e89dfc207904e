"""Meters, those not read yet, and odd readings; the last can be found right many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.arithmetic import Days
from crm.billing.charges.models import METER_TITLES, METER_UNITS
from crm.billing.meters import queries, service
from crm.billing.meters.consumption import ANOMALY_TITLES, WRONG, Anomaly
from crm.billing.meters.forms import ConfirmForm
from crm.billing.meters.models import Meter, MeterReading
from crm.db import session
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.properties.models import Building, Estate, Unit
from crm.web.templating import exact

KIND_FILTER = Filter(
    name="kind",
    title=_l("Kind"),
    condition=lambda value: Meter.kind == value,
    choices=[(key.value, title) for key, title in METER_TITLES.items()],
)


def _about(text: str) -> ColumnElement[bool]:
    return holding(text, Meter.number, Meter.place, Unit.label)


def _where() -> tuple[Column, ...]:
    return (
        Column(name="place", title=_l("Place"), order=queries.PLACE),
        Column(name="building", title=_l("Building"), order=Building.sort_key),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )


def _number(link: Callable[[Any], str]) -> Column:
    return Column(name="number", title=_l("Number on the meter"), order=Meter.number, link=link)


def _kind() -> Column:
    return Column(name="kind", title=_l("Kind"), value=lambda row: str(METER_TITLES[row.kind]), order=Meter.kind)


def _building(text: str) -> ColumnElement[bool]:
    return Building.number == text


FILTERS = (
    Filter(name="q", title=_l("Meter, unit or place"), condition=_about),
    KIND_FILTER,
    Filter(name="building", title=_l("Building"), condition=_building),
)


def meters() -> Listing:
    return Listing(
        title=_l("Meters"),
        query=queries.meters(),
        columns=(
            _number(lambda row: url_for("meters.meter", meter_id=row.id)),
            _kind(),
            *_where(),
            Column(name="value", title=_l("Last reading"), value=_last, kind="area"),
            Column(name="read_on", title=_l("Read on"), kind="date"),
            Column(name="multiplier", title=_l("Multiplier"), kind="number"),
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: _("Removed") if row.removed_on else _("In place"),
                kind="badge",
                tone=lambda row: "grey" if row.removed_on else "green",
            ),
        ),
        filters=(
            *FILTERS,
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda value: (
                    Meter.removed_on.is_(None) if value == "there" else Meter.removed_on.is_not(None)
                ),
                choices=[("there", _l("In place")), ("removed", _l("Removed"))],
            ),
        ),
        order=(Estate.name, Unit.sort_key, Meter.place, Meter.id),
        export_permission=Permission.billing_read,
        empty=_l("No meter yet. Install the first one."),
    )


def _last(row: Any) -> Any:
    return row.value


def unread(month: Days) -> Listing:
    """Each leads to where it is read, whoever may not read it to the meter."""
    page = "meters.read" if actor().may(Permission.billing_run) else "meters.meter"
    return Listing(
        title=_l("Meters not read in %(month)s", month=month.begins.strftime("%Y-%m")),
        query=queries.unread(month),
        columns=(
            _number(lambda row: url_for(page, meter_id=row.id)),
            _kind(),
            *_where(),
            Column(name="value", title=_l("Last reading"), value=_last, kind="area"),
            Column(name="read_on", title=_l("Read on"), kind="date"),
        ),
        filters=FILTERS,
        order=(Estate.name, Building.sort_key, Unit.sort_key, Meter.place, Meter.id),
        export_permission=Permission.billing_read,
        empty=_l("Every meter was read in this month."),
    )


def anomalies() -> Listing:
    rows = queries.seen()
    return Listing(
        title=_l("Odd readings"),
        query=queries.anomalies(rows),
        columns=(
            _number(lambda row: url_for("meters.meter", meter_id=row.meter_id)),
            _kind(),
            *_where(),
            Column(
                name="anomaly",
                title=_l("What is odd"),
                value=lambda row: str(ANOMALY_TITLES[Anomaly(row.anomaly)]),
                kind="badge",
                tone=lambda row: "red" if row.anomaly in WRONG else "orange",
            ),
            Column(name="before", title=_l("Previous reading"), value=lambda row: _shown(row.before, row.begins)),
            Column(name="value", title=_l("This reading"), value=lambda row: _shown(row.value, row.ends)),
            Column(name="quantity", title=_l("Consumption"), value=lambda row: _used(row.quantity, row.kind)),
            Column(name="usual", title=_l("Usual"), value=_usual),
        ),
        filters=(
            *FILTERS,
            Filter(
                name="anomaly",
                title=_l("What is odd"),
                condition=lambda value: rows.c.anomaly == value,
                choices=[(key.value, title) for key, title in ANOMALY_TITLES.items()],
            ),
        ),
        order=(Estate.name, Unit.sort_key, Meter.place, Meter.id),
        export_permission=Permission.billing_read,
        empty=_l("No reading is odd: nothing keeps them from being billed."),
        actions=(CONFIRM,),
    )


def _shown(thousandths: int, on: date) -> str:
    return f"{exact(queries.quantity_of(thousandths))} · {on.isoformat()}"


def _used(thousandths: int, kind: Any) -> str:
    return f"{exact(queries.quantity_of(thousandths))} {METER_UNITS[kind]}"


def _usual(row: Any) -> str:
    """For as many days as were read now."""
    if not row.usual_days:
        return ""
    return _used(row.usual_quantity * row.days // row.usual_days, row.kind)


def _effects(ids: Sequence[int], _form: Any) -> list[Effect]:
    found = session().execute(queries.anomalies(queries.seen())).all()
    return [
        Effect(
            id=row.id,
            label=f"{row.place} {row.number}",
            old=str(ANOMALY_TITLES[Anomaly(row.anomaly)]),
            new=_("Found right: %(used)s", used=_used(row.quantity, row.kind)),
            hindrance=_("It cannot be right: correct it.") if row.anomaly in WRONG else "",
        )
        for row in found
        if row.id in set(ids)
    ]


def _confirm(ids: Sequence[int], form: Any) -> None:
    odd = {row.id: Anomaly(row.anomaly) for row in session().execute(queries.anomalies(queries.seen()))}
    found = select(MeterReading).where(MeterReading.id.in_(ids)).options(joinedload(MeterReading.meter))
    for reading in session().scalars(found):
        service.confirm(reading, odd.get(reading.id), form.remark.data)


CONFIRM = BulkAction(
    name="confirm",
    title=_l("Find them right"),
    permission=Permission.billing_run,
    form=ConfirmForm,
    preview=_effects,
    apply=_confirm,
    icon="check",
)
