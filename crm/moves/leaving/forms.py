"""What is typed about move-outs and sales. An empty line of a list is none."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.moves.leaving.models import KIND_TITLES
from crm.moves.leaving.service.handing import FATE_TITLES, KeyFate
from crm.properties.models import STATUS_TITLES, UnitStatus
from crm.steps.forms import StepForm
from crm.tenants.forms import CompanyFacts, PersonFacts
from crm.web.amounts import QuantityField
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, WithinYears, choices
from crm.web.identities import PhoneField

DAY = InputRequired(_l("Write the first day on which the unit is theirs no longer."))
PHOTO: dict[str, Any] = {"accept": "image/*", "capture": "environment"}
SCAN: dict[str, Any] = {"accept": "application/pdf,image/*"}


def _papers() -> tuple[StringField, FileField]:
    contract = StringField(
        _l("Number of the contract or of the new title"), [Length(max=60)], description=_l("Of a sale.")
    )
    proof = FileField(_l("Copy of it"), description=_l("PDF or picture, at most 25 MB."), render_kw=SCAN)
    return contract, proof


class UnitForm(BaseForm):
    unit = StringField(_l("Unit"), [DataRequired(_l("Enter the unit, such as 3-1-502.")), Length(max=40)])


class StartForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    kind = RadioField(_l("What it is"), choices=choices(KIND_TITLES))
    day = DayField(
        _l("No longer theirs from"),
        [DAY, WithinYears(1)],
        description=_l("The day of the hand-over: from it on whoever takes over pays."),
    )
    leaves = SelectMultipleField(
        _l("Who leaves"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Whoever is not ticked stays: ask the tenants of a unit that is sold."),
    )
    contract, proof = _papers()
    reason = TextAreaField(_l("Why, and what was agreed"), [Length(max=300)])

    def validate_leaves(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose who leaves."))


class ChangeForm(StepForm):
    day = DayField(_l("No longer theirs from"), [DAY, WithinYears(1)])
    contract, proof = _papers()
    reason = TextAreaField(_l("Why, and what was agreed"), [Length(max=300)])


def _share() -> DecimalField:
    return DecimalField(
        _l("Share in per cent"),
        [Optional(), NumberRange(0.01, 100, _l("Enter a share between 0.01 and 100 per cent."))],
        places=2,
        description=_l("Left empty: all that is left."),
    )


class BuyerForm(StepForm):
    customer = StringField(
        _l("Customer"),
        [DataRequired(_l("Write the name, or the number of the file.")), Length(max=80)],
        description=_l("The whole name, or the number of the file such as KH000012."),
        render_kw={"autocomplete": "off"},
    )
    share = _share()


class _NewBuyer(StepForm):
    phone = PhoneField(_l("Telephone"), render_kw={"inputmode": "tel", "autocomplete": "off"})
    share = _share()
    anyway = BooleanField(_l("This is somebody else: open a new file"))


class NewPersonForm(_NewBuyer, PersonFacts):
    pass


class NewCompanyForm(_NewBuyer, CompanyFacts):
    pass


class _Line(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token


class ReadingLine(_Line):
    meter_id = HiddenField()
    value = QuantityField(_l("The meter shows"), render_kw={"autocomplete": "off"})
    rolled = BooleanField(_l("The meter began again at nought since the last reading"))
    photo = FileField(_l("Photograph"), render_kw=PHOTO)
    meter: ClassVar[Any] = None  # with its last reading, for the page


class _Lines(StepForm):
    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class ReadingsForm(_Lines):
    lines = FieldList(FormField(ReadingLine))
    note = TextAreaField(
        _l("Why a meter is not read"), [Length(max=300)], description=_l("Only where one stays without a reading.")
    )

    @property
    def used(self) -> list[Any]:
        return [entry.form for entry in self.lines if entry.form.value.data is not None]


class KeyLine(_Line):
    line_id = HiddenField()
    fate = SelectField(_l("Where they are"), choices=choices(FATE_TITLES, empty=_l("Still out")))
    count = IntegerField(_l("How many"), [Optional(), NumberRange(1, 99, _l("Write how many of them."))])
    reason = StringField(_l("How they were lost"), [Length(max=200)])
    held: ClassVar[Any] = None  # what is out, for the page

    def validate_reason(self, field: Any) -> None:
        if self.fate.data == KeyFate.lost and not field.data:
            raise ValidationError(_("Write how they were lost: it stands on the file for good."))


class KeysForm(_Lines):
    lines = FieldList(FormField(KeyLine))
    note = TextAreaField(
        _l("What else is to be said about keys"),
        [Length(max=300)],
        description=_l("Why some stay out, or which came back that stand in no book."),
    )

    @property
    def used(self) -> list[Any]:
        return [entry.form for entry in self.lines if entry.form.fate.data]


class ChecklistForm(StepForm):
    reason = TextAreaField(
        _l("Why they leave all the same"),
        [Length(max=300)],
        description=_l("Only while something is open: who settles it, and when."),
    )


class SignForm(StepForm):
    leaver = DrawingField(_l("Whoever leaves"))
    buyer = DrawingField(_l("Whoever takes over"))
    clerk = DrawingField(_l("The clerk"))
    scan = FileField(_l("Or: the sheet signed on paper"), description=_l("PDF or picture."), render_kw=SCAN)
    buyers_scan = FileField(
        _l("And the buyer's sheet signed on paper"), description=_l("PDF or picture."), render_kw=SCAN
    )


class CloseForm(StepForm):
    status = SelectField(_l("The unit is from now on"), coerce=UnitStatus, choices=choices(STATUS_TITLES))
