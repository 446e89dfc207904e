"""What is typed about workers and passes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.renovations.passes.pasting import LONGEST_NAME, LONGEST_TRADE
from crm.steps.forms import ReasonForm, StepForm
from crm.web.forms import BaseForm, DayField, VersionField
from crm.web.identities import IdNumberField, PhoneField, paper_field

NO_FILL = {"autocomplete": "off"}
CAMERA = {"accept": "image/*", "capture": "environment"}
LONGEST_LINES = 20_000


def _until() -> DayField:
    return DayField(_l("Valid until"), [InputRequired(_l("Write the last day."))])


def _many(label: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )


class WorkerForm(BaseForm):
    """`trades` are proposed while one types."""

    trades: list[str] = []  # noqa: RUF012 - set anew on each form
    key = HiddenField(validators=[Length(max=64)])
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write the name as the identity document has it.")), Length(max=LONGEST_NAME)],
        render_kw=NO_FILL,
    )
    trade = StringField(_l("Trade"), [Length(max=LONGEST_TRADE)], render_kw={"list": "trades", **NO_FILL})
    paper = paper_field()
    id_number = IdNumberField(
        _l("ID number"),
        description=_l("Kept sealed: lists and papers show only its beginning and end."),
        render_kw=NO_FILL,
    )
    phone = PhoneField(_l("Telephone"), [Length(max=30)], render_kw={"inputmode": "tel", **NO_FILL})
    photo = FileField(_l("Photo"), description=_l("The face, as on an identity card."), render_kw=CAMERA)


class ChangeWorkerForm(WorkerForm):
    version = VersionField()


class LinesForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    lines = TextAreaField(
        _l("Workers, a line each"),
        [Length(max=LONGEST_LINES)],
        description=_l("Paste the rows from a sheet: name, trade, ID number, telephone, in any order."),
        render_kw={"rows": 10},
    )
    file = FileField(_l("Or a workbook"), description=_l(".xlsx, .xls or .csv; its first sheet."))

    def validate_lines(self, field: Any) -> None:
        if not field.data and not (self.file.data and self.file.data.filename):
            raise ValidationError(_("Paste the rows, or choose a file."))


class IssueForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    workers = _many(_l("Workers without a pass"))
    valid_to = _until()
    deposit_id = SelectField(
        _l("Deposit that stands for the passes"),
        coerce=lambda value: int(value) if value else None,
        description=_l("It stays until every card is handed in or reported lost."),
    )


class SecureForm(BaseForm):
    passes = _many(_l("Passes that are out"))
    deposit_id = SelectField(
        _l("Deposit that stands for the passes"), coerce=lambda value: int(value) if value else None
    )


class ExtendForm(StepForm):
    until = _until()


class LoseForm(ReasonForm):
    again = BooleanField(
        _l("Make out a new card for the worker"),
        default=True,
        description=_l("With a number of its own; the lost one is no longer good."),
    )
