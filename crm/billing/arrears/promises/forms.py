"""What is typed about promises and instalment plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.billing.arrears.promises.parts import Part, ascend
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, WithinYears, choices

LINES = 24  # instalments that can be written singly
NO_FILL = {"autocomplete": "off"}
WHY = _l("Write why: it stands on the file for good.")

MOST_YEARS = 2  # until the first instalment


class ReasonForm(BaseForm):
    reason = StringField(_l("Why"), [DataRequired(WHY), Length(max=200)])


class EndForm(ReasonForm):
    version = VersionField()


class DecideForm(BaseForm):
    version = VersionField()
    verdict = RadioField(
        _l("Decision"),
        [InputRequired(_l("Choose one of the two."))],
        choices=choices({"approve": _l("Approve"), "refuse": _l("Refuse")}),
    )
    remark = TextAreaField(_l("Remark"), [Length(max=300)], description=_l("Of a refusal the reason."))


class SignForm(BaseForm):
    upload = FileField(_l("Signed agreement"), [FileRequired(_l("Choose the scanned agreement."))])


class PartForm(BaseForm):
    """One instalment; an empty one is none."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    due_on = DayField(_l("Due on"))
    amount = MoneyField(_l("Instalment (yuan)"), render_kw=NO_FILL)

    @property
    def is_used(self) -> bool:
        return bool(self.due_on.typed or self.amount.typed or self.due_on.data or self.amount.data)

    def validate_due_on(self, field: Any) -> None:
        if self.is_used and not field.data and not field.process_errors:
            raise ValidationError(_("Write the day."))

    def validate_amount(self, field: Any) -> None:
        if self.is_used and not field.process_errors and (field.data is None or field.data <= 0):
            raise ValidationError(_("Write a sum, more than nought."))


class PlanForm(BaseForm):
    """Equal instalments by their number and first day, or line by line: what is written in the lines counts."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    bill_ids = SelectMultipleField(
        _l("Bills that the plan covers"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    number = SelectField(
        _l("Number of instalments"),
        coerce=int,
        choices=choices({count: count for count in range(2, LINES + 1)}),
        default=6,
    )
    first_on = DayField(_l("First instalment due on"), [WithinYears(MOST_YEARS)])
    agreed_on = DayField(
        _l("Agreed on"),
        [InputRequired(_l("Write the day.")), NotLater()],
        description=_l("From this day on no late fee comes of these bills while the plan is kept."),
    )
    reason = StringField(_l("Why"), [DataRequired(WHY), Length(max=200)])
    upload = FileField(
        _l("Signed agreement"), description=_l("It can also be put on the file later, once it is printed and signed.")
    )
    lines = FieldList(FormField(PartForm), min_entries=LINES, max_entries=LINES)
    work_out = SubmitField(_l("Work out equal instalments"))

    def validate_bill_ids(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the bills that the plan covers."))

    def validate_first_on(self, field: Any) -> None:
        if not self.used and not field.data and not field.process_errors:
            raise ValidationError(_("Write the day on which the first instalment is due."))

    def validate_lines(self, _field: Any) -> None:
        if not ascend(self.parts):
            raise ValidationError(_("Each instalment is due after the one before."))

    @property
    def used(self) -> list[Any]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def parts(self) -> Sequence[Part]:
        """As they are written line by line."""
        return [Part(line.due_on.data, line.amount.data) for line in self.used if line.due_on.data and line.amount.data]

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(place, field) for place, entry in enumerate(self.lines, 1) for field in entry.form if field.errors]

    def fill(self, parts: Sequence[Part]) -> None:
        """Write these into the lines, to be looked at and changed."""
        for place, entry in enumerate(self.lines):
            values = (parts[place].due_on, parts[place].amount) if place < len(parts) else (None, None)
            fields: tuple[Any, Any] = (entry.form.due_on, entry.form.amount)
            for field, value in zip(fields, values, strict=True):
                field.data, field.typed = value, ""
