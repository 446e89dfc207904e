"""What is typed when a renovation is settled."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import FieldList, FormField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from crm.billing.deposits import forms as deposits
from crm.billing.deposits.forms import METHODS
from crm.billing.ledger.models import Method
from crm.steps.forms import StepForm
from crm.web.drawing import DrawingField
from crm.web.forms import choices

LINES = 8  # of one sheet; the first three stand open


class LineForm(deposits.LineForm):
    """With the violation it is for, where it is for one."""

    violation_id = SelectField(_l("For the violation"), coerce=lambda value: int(value) if value else None)

    @property
    def is_used(self) -> bool:
        return super().is_used or bool(self.violation_id.data)

    def validate_reason(self, field: Any) -> None:
        if self.is_used and not field.data and not self.bill_id.data and not self.violation_id.data:
            raise ValidationError(_("Write why: it stands on the file for good."))


class SheetForm(StepForm):
    lines = FieldList(FormField(LineForm), min_entries=LINES, max_entries=LINES)
    note = StringField(_l("Remark on the sheet"), [Length(max=300)])

    @property
    def used(self) -> list[LineForm]:
        return [entry.form for entry in self.lines if entry.form.is_used]

    @property
    def has_files(self) -> bool:
        return any(line.files for line in self.used)

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class SignForm(StepForm):
    name = StringField(
        _l("Who signs for the customer"), [DataRequired(_l("Write who signs for the customer.")), Length(max=60)]
    )
    drawing = DrawingField()
    signed_file = FileField(_l("Or the signed sheet as a picture"), render_kw={"accept": "image/*"})
    refusal = StringField(_l("Why the customer does not sign"), [Length(max=200)])
    witness = StringField(_l("Witness"), [Length(max=60)], description=_l("Who was there, where nobody signs."))


class ObjectForm(StepForm):
    reason = TextAreaField(
        _l("What the customer objects to"), [DataRequired(_l("Write what the customer says.")), Length(max=500)]
    )


class ReplyForm(StepForm):
    reason = TextAreaField(
        _l("What is answered"),
        [DataRequired(_l("Write what is answered.")), Length(max=500)],
        description=_l("The sheet stands as it is. If it is to change, drop it and make another."),
    )


class RefundForm(StepForm):
    method = RadioField(_l("How the money goes back"), choices=choices(METHODS), default=Method.cash.value)
    payee = StringField(_l("Who gets it"), [DataRequired(_l("Write who gets the money.")), Length(max=60)])
    payee_reason = StringField(
        _l("Why somebody else than who paid"),
        [Length(max=200)],
        description=_l("Only where another gets it, with the paper that says so."),
    )
    reference = StringField(_l("Account it goes to"), [Length(max=100)], description=_l("Not for cash."))
