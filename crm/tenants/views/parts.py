"""Phones, people, emergency contacts, vehicles and units of a customer: adding and ending them."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.properties.queries import get_unit_called
from crm.tenants import queries, service
from crm.tenants.forms import (
    EmergencyContactForm,
    MemberForm,
    OccupancyForm,
    PhoneForm,
    VehicleForm,
)
from crm.tenants.models import (
    Customer,
    EmergencyContact,
    Member,
    MemberRole,
    OccupancyRole,
    Phone,
    Sex,
    Source,
    Vehicle,
)
from crm.tenants.views.pages import EDIT, back_to, blueprint, part_form
from crm.web.forms import attempt


@blueprint.route("/customers/<int:customer_id>/phones/new", methods=["GET", "POST"])
@requires(EDIT)
def add_phone(customer_id: int) -> ResponseReturnValue:
    customer, form = queries.get_customer(customer_id, Customer.phones), PhoneForm()
    if form.validate_on_submit() and attempt(form, _add_phone, customer, form):
        return back_to(customer.id, "contacts")
    return part_form(form, customer, _("Add a telephone"), "contacts")


def _add_phone(customer: Customer, form: Any) -> None:
    service.add_phone(
        customer,
        form.digits.data,
        source=Source(form.source.data),
        note=form.note.data or "",
        verified_on=business_day() if form.verified.data else None,
    )


@blueprint.post("/phones/<int:phone_id>/verify")
@requires(EDIT)
def verify_phone(phone_id: int) -> ResponseReturnValue:
    phone = queries.get_part(Phone, phone_id)
    service.verify_phone(phone)
    flash(_("The telephone is verified as of today."))
    return back_to(queries.get_customer(phone.customer_id).id, "contacts")


@blueprint.post("/phones/<int:phone_id>/end")
@requires(EDIT)
def end_phone(phone_id: int) -> ResponseReturnValue:
    phone = queries.get_part(Phone, phone_id)
    service.end_phone(phone)
    return back_to(queries.get_customer(phone.customer_id).id, "contacts")


@blueprint.route("/customers/<int:customer_id>/members/new", methods=["GET", "POST"])
@requires(EDIT)
def add_member(customer_id: int) -> ResponseReturnValue:
    customer, form = queries.get_customer(customer_id), MemberForm()
    if form.validate_on_submit():
        service.add_member(
            customer,
            id_number=form.id_number.data or "",
            name=form.name.data,
            role=MemberRole(form.role.data),
            sex=Sex(form.sex.data) if form.sex.data else None,
            phone=form.phone.data or "",
        )
        return back_to(customer.id, "people")
    return part_form(form, customer, _("Add a person"), "people")


@blueprint.post("/members/<int:member_id>/end")
@requires(EDIT)
def end_member(member_id: int) -> ResponseReturnValue:
    member = queries.get_part(Member, member_id)
    service.end_member(member)
    return back_to(queries.get_customer(member.customer_id).id, "people")


@blueprint.route("/customers/<int:customer_id>/emergency-contacts/new", methods=["GET", "POST"])
@requires(EDIT)
def add_emergency_contact(customer_id: int) -> ResponseReturnValue:
    customer = queries.get_customer(customer_id, Customer.emergency_contacts)
    live = [contact for contact in customer.emergency_contacts if contact.ends is None]
    form = EmergencyContactForm(position=len(live) + 1)
    if form.validate_on_submit():
        service.add_emergency_contact(
            customer,
            name=form.name.data,
            relation=form.relation.data,
            phone=form.phone.data,
            position=form.position.data,
            holds_spare_key=form.holds_spare_key.data,
        )
        return back_to(customer.id, "contacts")
    return part_form(form, customer, _("Add an emergency contact"), "contacts")


@blueprint.post("/emergency-contacts/<int:contact_id>/end")
@requires(EDIT)
def end_emergency_contact(contact_id: int) -> ResponseReturnValue:
    contact = queries.get_part(EmergencyContact, contact_id)
    service.end_emergency_contact(contact)
    return back_to(queries.get_customer(contact.customer_id).id, "contacts")


@blueprint.route("/customers/<int:customer_id>/vehicles/new", methods=["GET", "POST"])
@requires(EDIT)
def add_vehicle(customer_id: int) -> ResponseReturnValue:
    customer, form = queries.get_customer(customer_id), VehicleForm()
    if form.validate_on_submit() and attempt(form, _add_vehicle, customer, form):
        return back_to(customer.id, "vehicles")
    return part_form(form, customer, _("Add a vehicle"), "vehicles")


def _add_vehicle(customer: Customer, form: Any) -> None:
    service.add_vehicle(
        customer,
        plate=form.plate.data,
        brand=form.brand.data or "",
        kind=form.kind.data or "",
        colour=form.colour.data or "",
        unit_id=get_unit_called(customer.estate_id, form.unit.data).id if form.unit.data else None,
    )


@blueprint.post("/vehicles/<int:vehicle_id>/end")
@requires(EDIT)
def end_vehicle(vehicle_id: int) -> ResponseReturnValue:
    vehicle = queries.get_part(Vehicle, vehicle_id)
    service.end_vehicle(vehicle)
    return back_to(queries.get_customer(vehicle.customer_id).id, "vehicles")


@blueprint.route("/customers/<int:customer_id>/occupancies/new", methods=["GET", "POST"])
@requires(EDIT)
def begin_occupancy(customer_id: int) -> ResponseReturnValue:
    customer = queries.get_customer(customer_id)
    form = OccupancyForm(starts=business_day())
    if form.validate_on_submit() and attempt(form, _begin_occupancy, customer, form):
        return back_to(customer.id, "people")
    return part_form(form, customer, _("Add a unit"), "people")


def _begin_occupancy(customer: Customer, form: Any) -> None:
    service.begin_occupancy(
        customer,
        get_unit_called(customer.estate_id, form.unit.data),
        OccupancyRole(form.role.data),
        form.starts.data,
        share=form.share.data,
        source=Source(form.source.data),
    )
