"""What is typed about estates, buildings, units and equipment."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.properties.models import EQUIPMENT_TITLES, PARKING_TITLES, STATUS_TITLES, USE_TITLES, Estate, UnitUse
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

LARGEST_AREA = 100_000  # m²
AREA = [Optional(), NumberRange(min=0, max=LARGEST_AREA, message=_l("Enter an area between 0 and 100,000 m²."))]


def estate_choices(estates: Iterable[Estate]) -> list[SelectChoice]:
    return choices({estate.id: estate.name for estate in estates})


class EstateForm(BaseForm):
    version = VersionField()
    name = StringField(_l("The estate"), [DataRequired(_l("Enter the estate's name.")), Length(max=60)])
    company = StringField(
        _l("Management company"), [Length(max=80)], description=_l("The legal name printed on forms.")
    )
    address = StringField(_l("Address"), [Length(max=120)])
    phone = StringField(_l("Service telephone"), [Length(max=40)])
    built_on = DayField(_l("Built on"), [NotLater()])


class BuildingForm(BaseForm):
    number = StringField(_l("Building number"), [DataRequired(_l("Enter the building's number.")), Length(max=10)])
    floors = IntegerField(_l("Floors"), [Optional(), NumberRange(min=1, max=200)])
    entrances = IntegerField(
        _l("Number of entrances"), [Optional(), NumberRange(min=0, max=30)], description=_l("0 for shops only.")
    )
    has_lift = BooleanField(_l("Has a lift"))


class UnitForm(BaseForm):
    version = VersionField()
    building_id = SelectField(_l("Building"), coerce=int)
    entrance_number = StringField(
        _l("Entrance"), [Length(max=10)], description=_l("Leave empty for a shop without an entrance.")
    )
    number = StringField(_l("Unit number"), [DataRequired(_l("Enter the unit's number, such as 502.")), Length(max=20)])
    use = SelectField(
        _l("Use"), choices=choices({use: title for use, title in USE_TITLES.items() if use is not UnitUse.parking})
    )
    status = SelectField(_l("Status"), choices=choices(STATUS_TITLES))
    floor = IntegerField(_l("Floor"), [Optional(), NumberRange(min=-10, max=200)])
    layout = StringField(_l("Layout"), [Length(max=40)])
    built_area = DecimalField(_l("Built-up area (m²)"), AREA, places=2)
    inner_area = DecimalField(_l("Inner area (m²)"), AREA, places=2)
    handover_on = DayField(_l("Handed over on"))
    remark = TextAreaField(_l("Remark"), [Length(max=500)])


class StatusForm(BaseForm):
    status = SelectField(_l("Status"), choices=choices(STATUS_TITLES))


class HandoverForm(BaseForm):
    handover_on = DayField(_l("Handed over on"), [InputRequired(_l("Enter the day.")), NotLater()])


class ParkingForm(BaseForm):
    version = VersionField()
    estate_id = SelectField(_l("Estate"), coerce=int)
    zone = StringField(_l("Car park"), [Length(max=20)])
    number = StringField(_l("Space number"), [DataRequired(_l("Enter the space's number.")), Length(max=20)])
    parking_kind = SelectField(_l("Kind"), choices=choices(PARKING_TITLES))
    status = SelectField(_l("Status"), choices=choices(STATUS_TITLES))
    built_area = DecimalField(_l("Area (m²)"), AREA, places=2)
    remark = TextAreaField(_l("Remark"), [Length(max=500)])


class EquipmentForm(BaseForm):
    version = VersionField()
    estate_id = SelectField(_l("Estate"), coerce=int)
    kind = SelectField(_l("Kind"), choices=choices(EQUIPMENT_TITLES))
    code = StringField(_l("Code"), [DataRequired(_l("Enter the equipment's code.")), Length(max=30)])
    name = StringField(_l("What it is called"), [DataRequired(_l("Enter the equipment's name.")), Length(max=60)])
    maker = StringField(_l("Maker"), [Length(max=60)])
    installed_on = DayField(_l("Installed on"), [NotLater()])
    next_inspection_on = DayField(_l("Next inspection on"))


class PublicAreaForm(BaseForm):
    version = VersionField()
    estate_id = SelectField(_l("Estate"), coerce=int)
    name = StringField(_l("What it is called"), [DataRequired(_l("Enter the area's name.")), Length(max=60)])
