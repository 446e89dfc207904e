"""What goes with a step of a violation, in the order a person says it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from crm.steps.forms import ReasonForm, StepForm
from crm.violations.cases.models import PHOTO_TITLES, SETTLEMENT_TITLES
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, WithinYears, choices

LINES = 3  # of one deduction
LONGEST_WORDS = 1000  # of a letter
NO_FILL = {"autocomplete": "off"}


def optional_id(value: Any) -> int | None:
    return int(value) if value else None


def photos(label: Any = None) -> MultipleFileField:
    kw = {"accept": "image/*", "multiple": True}
    return MultipleFileField(label or _l("Photos"), description=_l("Up to nine at once."), render_kw=kw)


def _day(label: Any) -> DayField:
    return DayField(label, [InputRequired(_l("Write the day.")), WithinYears(2)])


def _wording(label: Any = None) -> TextAreaField:
    needed = DataRequired(_l("Write what the notice says: what is wrong, and what is to be done."))
    return TextAreaField(label or _l("Words of the notice"), [needed, Length(max=LONGEST_WORDS)])


def _clause() -> StringField:
    return StringField(
        _l("Clause"), [Length(max=200)], description=_l("Which rule it breaks, such as 管理规约第十二条.")
    )


def found_field() -> TextAreaField:
    return TextAreaField(_l("What was found"), [DataRequired(_l("Write what was found.")), Length(max=500)])


class ChangeForm(StepForm):
    type_id = SelectField(_l("Type of violations"), coerce=int)
    found = found_field()
    wording = _wording()
    clause = _clause()
    customer_id = SelectField(_l("Customer"), coerce=optional_id)
    person = StringField(
        _l("Who it was"), [Length(max=100)], description=_l("Where no customer is known: what is known of the person.")
    )


class ServeForm(StepForm):
    wording = _wording()
    clause = _clause()
    due_on = _day(_l("To be put right by"))


class ExtendForm(ReasonForm):
    due_on = _day(_l("To be put right by"))


class PassedForm(StepForm):
    words = TextAreaField(_l("What you saw"), [Length(max=500)], description=_l("Left empty: it was put right."))
    photos = photos()


class FailedForm(StepForm):
    words = TextAreaField(_l("What you saw"), [DataRequired(_l("Write what you saw.")), Length(max=500)])
    next_on = _day(_l("Looked at again on"))
    photos = photos()


class StopForm(ReasonForm):
    wording = _wording()
    due_on = _day(_l("Looked at again on"))


class EscalateForm(StepForm):
    authority = StringField(
        _l("Authority"),
        [DataRequired(_l("Write which authority.")), Length(max=100)],
        description=_l("Such as 城市管理综合执法局, 消防救援大队."),
    )
    address = StringField(_l("Address"), [Length(max=200)])
    doc_no = StringField(
        _l("Their number"), [Length(max=60)], description=_l("Of their receipt or their case, where there is one.")
    )
    wording = _wording(_l("What is reported"))
    due_on = _day(_l("Looked at again on"))


class LineForm(BaseForm):
    """One line of a deduction; an empty one is none."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    amount = MoneyField(_l("Sum (yuan)"), render_kw=NO_FILL)
    reason = StringField(_l("Why"), [Length(max=200)])
    clause = StringField(_l("Clause of the agreement"), [Length(max=200)])

    @property
    def is_used(self) -> bool:
        return bool(self.amount.typed or self.reason.data)

    def validate_amount(self, field: Any) -> None:
        if self.is_used and not field.errors and not field.process_errors and (field.data is None or field.data <= 0):
            raise ValidationError(_("Write a sum, more than nought."))

    def validate_reason(self, field: Any) -> None:
        if self.is_used and not field.data:
            raise ValidationError(_("Write why: it stands on the file for good."))


class DeductForm(StepForm):
    deposit_id = SelectField(_l("From the deposit"), [InputRequired(_l("Choose a deposit."))], coerce=int)
    lines = FieldList(FormField(LineForm), min_entries=LINES, max_entries=LINES)
    with_photos = BooleanField(_l("With the photos of the violation"), default=True)
    photos = photos(_l("Further photographs or papers"))

    @property
    def used(self) -> list[LineForm]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def has_files(self) -> bool:
        return any(file and file.filename for file in self.photos.data or ())

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class SettleForm(StepForm):
    settlement = RadioField(
        _l("How it was settled"),
        [InputRequired(_l("Choose how it was settled."))],
        choices=choices(SETTLEMENT_TITLES),
    )
    words = TextAreaField(
        _l("How it was settled, in words"),
        [DataRequired(_l("Write how it was settled: it stands on the file for good.")), Length(max=500)],
    )


class PhotoForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    stage = SelectField(_l("Of"), choices=choices(PHOTO_TITLES))
    photos = photos()
