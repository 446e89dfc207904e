"""Pages of estates, buildings, units, parking spaces, public areas and equipment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.lists import listing
from crm.properties import listings, queries, service
from crm.properties.forms import (
    BuildingForm,
    EquipmentForm,
    EstateForm,
    ParkingForm,
    PublicAreaForm,
    UnitForm,
    estate_choices,
)
from crm.properties.models import (
    EQUIPMENT_TITLES,
    STATUS_TITLES,
    EquipmentKind,
    ParkingKind,
    UnitStatus,
    UnitUse,
    sort_key,
)
from crm.properties.parts import equipment_parts, sections_of
from crm.web.forms import BaseForm, attempt, choices, form_page, is_current

blueprint = Blueprint("properties", __name__, url_prefix="/properties")
READ, EDIT = Permission.property_read, Permission.property_edit


def _without(form: BaseForm, *names: str) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name not in {"csrf_token", "version", *names}}


@blueprint.get("/estates")
@requires(READ)
def estates() -> ResponseReturnValue:
    new = url_for(".new_estate") if g.actor.may(EDIT) and g.actor.estate_ids is None else None
    return listing.answer(listings.estates(), new_url=new, new_text=_("New estate"))


@blueprint.get("/estates/<int:estate_id>")
@requires(READ)
def estate(estate_id: int) -> ResponseReturnValue:
    found = queries.get_estate(estate_id)
    return render_template(
        "properties/estate.html", estate=found, buildings=queries.buildings_of(found.id), may_edit=g.actor.may(EDIT)
    )


@blueprint.route("/estates/new", methods=["GET", "POST"])
@requires(EDIT)
def new_estate() -> ResponseReturnValue:
    if g.actor.estate_ids is not None:
        abort(403)  # an estate outside one's scope could not be opened afterwards
    form = EstateForm()
    if form.validate_on_submit() and (made := attempt(form, service.add_estate, **_without(form))):
        return redirect(url_for(".estate", estate_id=made.id))
    return form_page(form, _("New estate"), url_for(".estates"))


@blueprint.route("/estates/<int:estate_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_estate(estate_id: int) -> ResponseReturnValue:
    estate = queries.get_estate(estate_id)
    form, back = EstateForm(obj=estate), url_for(".estate", estate_id=estate.id)
    if (
        form.validate_on_submit()
        and is_current(form, estate, timeline("estate", estate.id))
        and attempt(form, service.change_estate, estate, _without(form))
    ):
        return redirect(back)
    return form_page(form, _("Change the estate"), back)


@blueprint.route("/estates/<int:estate_id>/buildings/new", methods=["GET", "POST"])
@requires(EDIT)
def new_building(estate_id: int) -> ResponseReturnValue:
    estate, form = queries.get_estate(estate_id), BuildingForm()
    if form.validate_on_submit() and (made := attempt(form, service.add_building, estate, **_without(form))):
        return redirect(url_for(".building", building_id=made.id))
    return form_page(form, _("New building"), url_for(".estate", estate_id=estate.id))


@blueprint.get("/buildings/<int:building_id>")
@requires(READ)
def building(building_id: int) -> ResponseReturnValue:
    """The picture: floors × units, coloured by status."""
    found = queries.get_building(building_id)
    cells = queries.cells_of(found.id)
    floors: dict[int | None, list[queries.Cell]] = {}
    entrances: dict[str, dict[int | None, list[queries.Cell]]] = {}
    counts: dict[str, int] = {}
    for cell in cells:
        floors.setdefault(cell.floor, []).append(cell)
        entrances.setdefault(cell.entrance, {}).setdefault(cell.floor, []).append(cell)
        counts[cell.status] = counts.get(cell.status, 0) + 1
    return render_template(
        "properties/building.html",
        building=found,
        floors=floors,
        entrances=dict(sorted(entrances.items(), key=lambda item: sort_key(item[0]))),
        legend=[(status, title, counts[status]) for status, title in STATUS_TITLES.items() if status in counts],
        titles=STATUS_TITLES,
        tones=listings.STATUS_TONES,
        may_edit=g.actor.may(EDIT),
        may_read_customers=g.actor.may(Permission.customer_read),
        may_reveal=g.actor.may(Permission.customer_reveal),
    )


@blueprint.route("/units", methods=["GET", "POST"])
@requires(READ)
def units() -> ResponseReturnValue:
    return listing.answer(listings.units(), new_url=None, new_text="")


@blueprint.route("/estates/<int:estate_id>/units/new", methods=["GET", "POST"])
@requires(EDIT)
def new_unit(estate_id: int) -> ResponseReturnValue:
    form = _unit_form(estate_id, UnitForm(building_id=request.args.get("building", type=int)))
    if form.validate_on_submit():
        building = queries.get_building(form.building_id.data)
        given = _unit_values(form)
        if made := attempt(form, service.add_unit, building, form.entrance_number.data, **given):
            return redirect(url_for("tenants.unit", unit_id=made.id))
    return form_page(form, _("New unit"), url_for(".estate", estate_id=estate_id))


@blueprint.route("/units/<int:unit_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    unit = queries.get_unit(unit_id)
    back = url_for("tenants.unit", unit_id=unit.id)
    if unit.use is UnitUse.parking:
        return redirect(url_for(".edit_parking", unit_id=unit.id))
    form = _unit_form(unit.estate_id, UnitForm(obj=unit, entrance_number=unit.entrance.number if unit.entrance else ""))
    if form.validate_on_submit() and is_current(form, unit, timeline("unit", unit.id)):
        building = queries.get_building(form.building_id.data)
        entrance_number = form.entrance_number.data or ""
        if attempt(form, service.change_unit, unit, building, entrance_number, _unit_values(form)):
            return redirect(back)
    return form_page(form, _("Change the unit"), back)


def _unit_form(estate_id: int, form: UnitForm) -> UnitForm:
    queries.get_estate(estate_id)
    form.building_id.choices = choices({row.id: row.number for row in queries.buildings_of(estate_id)})
    return form


def _unit_values(form: UnitForm) -> dict[str, Any]:
    given = _without(form, "building_id", "entrance_number")
    return given | {"use": UnitUse(given["use"]), "status": UnitStatus(given["status"])}


@blueprint.route("/parking", methods=["GET", "POST"])
@requires(READ)
def parking() -> ResponseReturnValue:
    new = url_for(".new_parking") if g.actor.may(EDIT) else None
    return listing.answer(listings.parking(), new_url=new, new_text=_("New parking space"))


@blueprint.route("/parking/new", methods=["GET", "POST"])
@requires(EDIT)
def new_parking() -> ResponseReturnValue:
    form = _with_estates(ParkingForm(estate_id=g.actor.estate_id))
    if form.validate_on_submit():
        given = _parking_values(form)
        if made := attempt(form, service.add_parking, form.estate_id.data, **given):
            return redirect(url_for("tenants.unit", unit_id=made.id))
    return form_page(form, _("New parking space"), url_for(".parking"))


@blueprint.route("/parking/<int:unit_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_parking(unit_id: int) -> ResponseReturnValue:
    unit = queries.get_unit(unit_id)
    form, back = ParkingForm(obj=unit), url_for("tenants.unit", unit_id=unit.id)
    form.estate_id.choices = estate_choices([unit.estate])
    if (
        form.validate_on_submit()
        and is_current(form, unit, timeline("unit", unit.id))
        and attempt(form, service.change_parking, unit, _parking_values(form))
    ):
        return redirect(back)
    return form_page(form, _("Change the parking space"), back)


def _parking_values(form: ParkingForm) -> dict[str, Any]:
    given = _without(form, "estate_id")
    return given | {"parking_kind": ParkingKind(given["parking_kind"]), "status": UnitStatus(given["status"])}


def _with_estates(form: Any) -> Any:
    form.estate_id.choices = estate_choices(queries.visible_estates())
    return form


@blueprint.get("/equipment")
@requires(READ)
def equipment() -> ResponseReturnValue:
    new = url_for(".new_equipment") if g.actor.may(EDIT) else None
    return listing.answer(listings.equipment(), new_url=new, new_text=_("New equipment"))


@blueprint.get("/areas")
@requires(READ)
def areas() -> ResponseReturnValue:
    new = url_for(".new_area") if g.actor.may(EDIT) else None
    return listing.answer(listings.public_areas(), new_url=new, new_text=_("New public area"))


@blueprint.route("/equipment/new", methods=["GET", "POST"])
@requires(EDIT)
def new_equipment() -> ResponseReturnValue:
    form = _with_estates(EquipmentForm(estate_id=g.actor.estate_id))
    if form.validate_on_submit() and attempt(form, service.add_equipment, **_without(form)):
        return redirect(url_for(".equipment"))
    return form_page(form, _("New equipment"), url_for(".equipment"))


@blueprint.route("/areas/new", methods=["GET", "POST"])
@requires(EDIT)
def new_area() -> ResponseReturnValue:
    form = _with_estates(PublicAreaForm(estate_id=g.actor.estate_id))
    if form.validate_on_submit() and attempt(form, service.add_public_area, **_without(form)):
        return redirect(url_for(".areas"))
    return form_page(form, _("New public area"), url_for(".areas"))


@blueprint.get("/equipment/<int:equipment_id>")
@requires(READ)
def equipment_item(equipment_id: int) -> ResponseReturnValue:
    found = queries.get_equipment(equipment_id)
    return render_template(
        "properties/equipment.html",
        equipment=found,
        kind=EQUIPMENT_TITLES[found.kind],
        sections=sections_of(equipment_parts, found),
        may_edit=g.actor.may(EDIT),
    )


@blueprint.route("/equipment/<int:equipment_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_equipment(equipment_id: int) -> ResponseReturnValue:
    equipment = queries.get_equipment(equipment_id)
    form, back = EquipmentForm(obj=equipment), url_for(".equipment_item", equipment_id=equipment.id)
    form.estate_id.choices = estate_choices([equipment.estate])
    if form.validate_on_submit() and is_current(form, equipment, timeline("equipment", equipment.id)):
        given = _without(form, "estate_id")
        if attempt(form, service.change_equipment, equipment, given | {"kind": EquipmentKind(given["kind"])}):
            return redirect(back)
    return form_page(form, _("Change the equipment"), back)


@blueprint.get("/areas/<int:public_area_id>")
@requires(READ)
def area(public_area_id: int) -> ResponseReturnValue:
    found = queries.get_public_area(public_area_id)
    return render_template("properties/area.html", area=found, may_edit=g.actor.may(EDIT))


@blueprint.route("/areas/<int:public_area_id>/edit", methods=["GET", "POST"])
@requires(EDIT)
def edit_area(public_area_id: int) -> ResponseReturnValue:
    area = queries.get_public_area(public_area_id)
    form, back = PublicAreaForm(obj=area), url_for(".area", public_area_id=area.id)
    form.estate_id.choices = estate_choices([area.estate])
    if (
        form.validate_on_submit()
        and is_current(form, area, timeline("public_area", area.id))
        and attempt(form, service.change_public_area, area, _without(form, "estate_id"))
    ):
        return redirect(back)
    return form_page(form, _("Change the public area"), back)
