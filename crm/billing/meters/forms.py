"""What is typed about meters and readings."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.billing.charges.models import METER_TITLES
from crm.billing.meters.models import READING_TITLES, ReadingKind
from crm.web.amounts import QuantityField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices

DAY = InputRequired(_l("Write the day."))
VALUE = InputRequired(_l("Write what the meter shows."))
NUMBER = [DataRequired(_l("Write the meter's number.")), Length(max=40)]
TYPED = {
    ReadingKind.regular: READING_TITLES[ReadingKind.regular],
    ReadingKind.estimated: READING_TITLES[ReadingKind.estimated],
}


def _note() -> StringField:
    return StringField(_l("Remark"), [Length(max=200)])


def _rolled() -> BooleanField:
    return BooleanField(_l("The meter began again at nought since the last reading"))


def _photo() -> FileField:
    return FileField(_l("Photograph"), render_kw={"accept": "image/*", "capture": "environment"})


def _multiplier() -> IntegerField:
    return IntegerField(
        _l("Multiplier"),
        [
            InputRequired(_l("Write the multiplier; 1 where there is none.")),
            NumberRange(1, 10_000, _l("Write 1 to 10,000.")),
        ],
        default=1,
    )


def _digits() -> IntegerField:
    return IntegerField(
        _l("Figures before the point"),
        [InputRequired(_l("Write how many figures the meter has.")), NumberRange(3, 8, _l("Write 3 to 8."))],
        default=5,
        description=_l("After the largest of them it begins again at nought."),
    )


def _reversed() -> BooleanField:
    return BooleanField(_l("Installed the wrong way round: it counts down"))


class InstallForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    kind = SelectField(_l("Kind"), choices=choices(METER_TITLES))
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502; empty for a public place."))
    place = StringField(_l("Public place"), [Length(max=60)], description=_l("Such as 3 栋公共照明."))
    building = StringField(_l("Building"), [Length(max=10)], description=_l("Of a public place, if it has one."))
    number = StringField(_l("Number on the meter"), NUMBER)
    multiplier = _multiplier()
    digits = _digits()
    reversed = _reversed()
    installed_on = DayField(_l("Installed on"), [DAY, NotLater()])
    base = QuantityField(_l("Base reading"), [VALUE], description=_l("What it shows on that day."))
    note = _note()

    def validate_unit(self, field: Any) -> None:
        if bool(field.data) == bool(self.place.data):
            raise ValidationError(_("Write the unit, or the public place; not both."))


class MeterForm(BaseForm):
    version = VersionField()
    number = StringField(_l("Number on the meter"), NUMBER)
    multiplier = _multiplier()
    digits = _digits()
    reversed = _reversed()
    note = _note()


class ReadForm(BaseForm):
    read_on = DayField(_l("Read on"), [DAY, NotLater()])
    value = QuantityField(_l("The meter shows"), [VALUE])
    rolled = _rolled()
    kind = SelectField(_l("How"), choices=choices(TYPED))
    photo = _photo()
    note = _note()


class RemoveForm(BaseForm):
    read_on = DayField(_l("Removed on"), [DAY, NotLater()])
    value = QuantityField(_l("Final reading"), [VALUE])
    rolled = _rolled()
    photo = _photo()
    note = _note()


class SwapForm(BaseForm):
    """The new meter hangs from the day the old one is removed."""

    read_on = DayField(_l("Swapped on"), [DAY, NotLater()])
    value = QuantityField(_l("Final reading"), [VALUE])
    rolled = _rolled()
    number = StringField(_l("Number on the new meter"), NUMBER)
    base = QuantityField(_l("The new meter shows"), [VALUE])
    multiplier = _multiplier()
    digits = _digits()
    reversed = _reversed()
    photo = _photo()
    note = _note()


class CorrectForm(BaseForm):
    read_on = DayField(_l("Read on"), [DAY, NotLater()])
    value = QuantityField(_l("The meter shows"), [VALUE])
    rolled = _rolled()
    photo = _photo()
    note = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=200)])


class ConfirmForm(BaseForm):
    remark = StringField(
        _l("Why it is right"),
        [DataRequired(_l("Write why the reading is right, such as “flat let since March”.")), Length(max=200)],
    )


class SheetForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    kind = SelectField(_l("Kind"), choices=choices(METER_TITLES))
    read_on = DayField(_l("Read on"), [DAY, NotLater()], description=_l("Of the rows that say no day."))
    file = FileField(_l("File (.xlsx, .xls, .csv)"), [FileRequired(_l("Choose a file."))])


class SheetRunForm(BaseForm):
    version = VersionField()
