"""What is typed in the course of a move-in, screen by screen."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from crm.billing.deposits.kinds import KINDS
from crm.moves.keys.forms import NO_FILL, SignatureFields, key_field
from crm.moves.moving_in.models import ROLES
from crm.steps.forms import StepForm
from crm.tenants.models import ROLE_TITLES
from crm.web.amounts import MoneyField, QuantityField
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, WithinYears, choices
from crm.web.identities import CreditCodeField, IdNumberField, PhoneField, paper_field

DAY = InputRequired(_l("Write the day."))


class StartForm(BaseForm):
    key = key_field()
    unit = StringField(_l("Unit"), [DataRequired(_l("Write the unit, such as 3-1-502.")), Length(max=40)])
    role = SelectField(_l("Moves in as"), choices=choices({role: ROLE_TITLES[role] for role in ROLES}))
    starts_on = DayField(_l("Has the unit from"), [DAY, WithinYears(1)])

    standing: Any = None  # the move-in that is under way already


class _Terms(StepForm):
    starts_on = DayField(_l("Has the unit from"), [DAY, WithinYears(1)])
    handover_on = DayField(
        _l("Handed over by the builder on"),
        [NotLater()],
        description=_l("The builder's warranty begins on that day."),
    )
    lease_from = DayField(_l("Lease from"))
    lease_until = DayField(_l("Lease until"), [WithinYears(30)], description=_l("The last day of the lease."))

    def validate_lease_until(self, field: Any) -> None:
        if field.data and self.lease_from.data and field.data < self.lease_from.data:
            raise ValidationError(_("The lease ends before it begins."))


class PersonTermsForm(_Terms):
    paper = paper_field()
    id_number = IdNumberField(_l("ID number"), [Length(max=24)], render_kw=NO_FILL)


class CompanyTermsForm(_Terms):
    credit_code = CreditCodeField(_l("Unified social credit code"), [Length(max=24)], render_kw=NO_FILL)
    legal_representative = StringField(_l("Legal representative"), [Length(max=60)], render_kw=NO_FILL)
    company_nature = StringField(_l("Company nature"), [Length(max=40)])
    licence_until = DayField(_l("Licence valid until"), [WithinYears(60)])


class StaffForm(BaseForm):
    lines = TextAreaField(
        _l("Staff"),
        [Length(max=40_000)],
        description=_l("A line each: name, telephone, post. Paste it from a sheet, or choose the workbook below."),
        render_kw={"rows": 8},
    )
    workbook = FileField(_l("Workbook"), render_kw={"accept": ".xlsx,.xls,.csv"})


class DocumentForm(SignatureFields):
    """Signed on the screen, a scan, or the reason why it is not wanted."""

    reason = StringField(_l("Not applicable, since"), [Length(max=200)])

    def validate_reason(self, field: Any) -> None:
        if not (self.is_signed or field.data):
            raise ValidationError(_("Let it be signed, choose the scan, or write why it is not wanted here."))


class MarkForm(BaseForm):
    words = StringField(_l("Remark, or why it is left out"), [Length(max=200)])


class ContactForm(BaseForm):
    """An emergency contact and a telephone number, as far as they are typed."""

    phone = PhoneField(_l("Telephone of the customer"), render_kw={"inputmode": "tel", **NO_FILL})
    tried = BooleanField(_l("Reached under this number today"), default=True)
    name = StringField(_l("Emergency contact"), [Length(max=60)], render_kw=NO_FILL)
    relation = StringField(_l("Relation"), [Length(max=30)])
    contact_phone = PhoneField(_l("Telephone of the contact"), render_kw={"inputmode": "tel", **NO_FILL})
    holds_spare_key = BooleanField(_l("Holds a spare key and may open"))

    def validate_contact_phone(self, field: Any) -> None:
        if bool(self.name.data) != bool(field.data):
            raise ValidationError(_("An emergency contact has a name and a telephone number."))

    def validate_relation(self, field: Any) -> None:
        if self.name.data and not field.data:
            raise ValidationError(_("Enter the relation, such as 儿子 or 邻居."))

    def validate_phone(self, field: Any) -> None:
        if not (field.data or self.name.data):
            raise ValidationError(_("Write a telephone number, or an emergency contact."))


class MeterLineForm(BaseForm):
    """What one meter shows; the form around it has the token."""

    class Meta(BaseForm.Meta):
        csrf = False

    meter_id = IntegerField(widget=HiddenInput())
    value = QuantityField(_l("It shows"), render_kw=NO_FILL)
    rolled = BooleanField(_l("The meter began again at nought since the last reading"))


class ReadingsForm(BaseForm):
    read_on = DayField(_l("Read on"), [DAY, NotLater()])
    lines = FieldList(FormField(MeterLineForm))

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class DefectForm(BaseForm):
    key = key_field()
    spot = StringField(_l("Where"), [Length(max=60)], description=_l("Such as 主卫, 厨房, 客厅窗."))
    words = TextAreaField(_l("What is wrong there"), [DataRequired(_l("Write what is wrong.")), Length(max=400)])
    category_id = SelectField(_l("Category"), description=_l("Proposed from the words; change it if it is another."))
    photos = MultipleFileField(
        _l("Photos"),
        description=_l("Up to nine at once."),
        render_kw={"accept": "image/*", "multiple": True, "capture": "environment"},
    )


class AskDepositForm(BaseForm):
    kind = SelectField(_l("What for"))
    amount = MoneyField(_l("Sum (yuan)"), [InputRequired(_l("Write the sum; nought where it is asked no more."))])

    def offer(self) -> None:
        self.kind.choices = KINDS.choices()


class SignPackForm(SignatureFields):
    version = VersionField()
    key = key_field()
    signer = StringField(_l("Signed by"), [DataRequired(_l("Write who signs for the customer.")), Length(max=60)])
    clerk_drawing = DrawingField()

    def validate_scan(self, field: Any) -> None:
        if not self.is_signed:
            raise ValidationError(_("Let the signature be drawn, or choose the scan."))
