"""The printed forms. GET prints masked numbers; POST prints them in full and notes it in the log."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.phones import mask_phone
from crm.properties.models import STATUS_TITLES
from crm.properties.queries import get_building, get_unit
from crm.tenants import paper, queries, reports, service
from crm.tenants.views.pages import READ, REVEAL, blueprint
from crm.web import pdf
from crm.web.download import attachment

PDF = "application/pdf"
FORM_REASON = "registration form"


@blueprint.get("/customers/<int:customer_id>/customer_form.pdf")
@requires(READ)
def customer_form(customer_id: int) -> ResponseReturnValue:
    """客户登记表."""
    customer = queries.get_whole_customer(customer_id)
    return _registration_form(reports.customer_file(customer, business_day()))


@blueprint.post("/customers/<int:customer_id>/customer_form.pdf")
@requires(REVEAL)
@confirmed
def customer_form_in_full(customer_id: int) -> ResponseReturnValue:
    customer, day = queries.get_whole_customer(customer_id), business_day()
    number = service.reveal_id_number(customer, FORM_REASON)
    service.reveal_phones(customer, day, FORM_REASON)
    return _registration_form(reports.customer_file(customer, day, show=str, id_number=number))


def _registration_form(file: reports.CustomerFile) -> ResponseReturnValue:
    customer, title = file.customer, _("Customer registration form")
    return attachment(
        pdf.press(paper.registration_form(file)), f"{title} {customer.code} {customer.name}.pdf", PDF, inline=True
    )


@blueprint.get("/units/<int:unit_id>/unit_card.pdf")
@requires(READ)
def unit_card(unit_id: int) -> ResponseReturnValue:
    """房屋卡."""
    unit, day = get_unit(unit_id), business_day()
    printed = pdf.document(
        "unit_card.html",
        card=reports.unit_card(unit, day, with_people=True),
        estate=unit.estate,
        status=STATUS_TITLES[unit.status],
        code=pdf.qr(url_for(".unit", unit_id=unit.id, _external=True)),
        printed_on=day,
        clerk=g.actor.name,
    )
    title = _("Unit card")
    return attachment(printed, f"{title} {unit.label}.pdf", PDF, inline=True)


@blueprint.get("/buildings/<int:building_id>/emergency_contacts.pdf")
@requires(READ)
def emergency_contacts(building_id: int) -> ResponseReturnValue:
    """紧急联系人表, for the duty office."""
    return _emergency_sheet(building_id, full=False)


@blueprint.post("/buildings/<int:building_id>/emergency_contacts.pdf")
@requires(REVEAL)
@confirmed
def emergency_contacts_in_full(building_id: int) -> ResponseReturnValue:
    return _emergency_sheet(building_id, full=True)


def _emergency_sheet(building_id: int, *, full: bool) -> ResponseReturnValue:
    building, day = get_building(building_id), business_day()
    lines = reports.emergency_sheet(building.id, day, str if full else mask_phone)
    if full:
        service.print_emergency_contacts(building, sum(1 for line in lines if line.contact))
    printed = pdf.document(
        "emergency_contacts.html",
        building=building,
        estate=building.estate,
        lines=lines,
        missing=len({line.unit for line in lines if not line.contact}),
        printed_on=day,
        clerk=g.actor.name,
        full=full,
    )
    title = _("Emergency contacts")
    return attachment(printed, f"{title} {building.estate.name} {building.number}.pdf", PDF, inline=True)
