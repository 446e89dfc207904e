"""Meters that nobody read when their unit was left: what was used before would be charged to whoever comes next."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.meters.models import Meter, MeterReading
from crm.billing.meters.queries import in_place
from crm.db import session
from crm.properties.models import Unit
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter

DAY = timedelta(days=1)


def _unread(_customer: Customer, left: Left) -> list[Matter]:
    """Those that hang there on the last day and have no reading of that day or later."""
    if not left:
        return []
    newer = aliased(MeterReading)
    corrected = exists().where(newer.corrects_id == MeterReading.id)
    of_meter = and_(MeterReading.meter_id == Meter.id, ~corrected)
    unread = [
        and_(
            Meter.unit_id == unit_id,
            in_place(ends - DAY),
            ~exists().where(of_meter, MeterReading.read_on >= ends - DAY),
        )
        for unit_id, ends in left.items()
    ]
    found = select(Meter.id, Meter.number, Unit.label).join(Unit, Unit.id == Meter.unit_id)
    rows = session().execute(found.where(or_(*unread), within(Meter.estate_id)).order_by(Unit.sort_key, Meter.id))
    return [Matter(about=f"{row.label} {row.number}", address=url_for("meters.meter", meter_id=row.id)) for row in rows]


UNREAD_METERS = Check(
    name="meters", title=_l("Meters without a closing reading"), permission=Permission.billing_read, find=_unread
)
