"""A unit's page: its facts, who is there now, who was before."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.properties.listings import STATUS_TONES
from crm.properties.models import PARKING_TITLES, STATUS_TITLES
from crm.properties.parts import sections_of, unit_parts
from crm.properties.queries import get_unit
from crm.tenants import history, reports
from crm.tenants.views.pages import READ, blueprint


@blueprint.get("/units/<int:unit_id>")
@requires(Permission.property_read)
def unit(unit_id: int) -> ResponseReturnValue:
    found = get_unit(unit_id)
    may_read = g.actor.may(READ)
    return render_template(
        "tenants/unit.html",
        unit=found,
        card=reports.unit_card(found, business_day(), with_people=may_read),
        status=STATUS_TITLES[found.status],
        tone=STATUS_TONES.get(found.status, "grey"),
        parking_kind=PARKING_TITLES[found.parking_kind] if found.parking_kind else "",
        events=history.happenings("unit", found.id),
        may_read_customers=may_read,
        may_edit=g.actor.may(Permission.property_edit),
        may_take_deposits=g.actor.may(Permission.cash_take),
        may_report=g.actor.may(Permission.repair_log),
        may_complain=g.actor.may(Permission.complaint_log),
        sections=sections_of(unit_parts, found),
    )
