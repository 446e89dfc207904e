"""What is typed about a voucher."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.archive.vault.models import Purpose
from crm.archive.vault.models.voucher import PURPOSE_TITLES
from crm.steps.forms import StepForm
from crm.web.forms import BaseForm, DayField, choices
from crm.web.identities import IdNumberField

ASKED = {each: title for each, title in PURPOSE_TITLES.items() if each is not Purpose.receipt}


class AskForm(BaseForm):
    purpose = SelectField(_l("Purpose"), [InputRequired(_l("Choose what for."))])
    document_ids = SelectMultipleField(
        _l("Title documents"),
        [InputRequired(_l("Choose the documents that are to be moved."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)], render_kw={"rows": 2}
    )
    authority = StringField(
        _l("By what authority"),
        [
            DataRequired(_l("Write by what it moves, such as an approval or a court's order with its number.")),
            Length(max=200),
        ],
    )
    receiver = StringField(
        _l("Who takes it outside"), [Length(max=100)], description=_l("By name and office; empty for what comes in.")
    )
    back_on = DayField(_l("Back by"), description=_l("Of what is out for a time only."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.purpose.choices = choices(ASKED, _l("Choose"))


class DecideForm(StepForm):
    outcome = RadioField(
        _l("Decision"),
        [InputRequired(_l("Decide: approve or refuse."))],
        choices=choices({"approve": _l("Approve"), "refuse": _l("Do not approve")}),
    )
    words = TextAreaField(_l("Remark"), [Length(max=500)], render_kw={"rows": 3})

    def validate_words(self, field: TextAreaField) -> None:
        if self.outcome.data == "refuse" and not field.data:
            raise ValidationError(_l("Write why it is refused."))


class PlaceForm(StepForm):
    """All documents of the voucher into one place; what lies apart is asked for apart."""

    place = SelectField(_l("Safe or slot"), [InputRequired(_l("Choose where it is laid."))])


class ReleaseForm(StepForm):
    receiver = StringField(_l("Receiver"), [DataRequired(_l("Write who receives it, by name.")), Length(max=100)])
    id_number = IdNumberField(_l("ID number as shown on the card"))
    proof = FileField(
        _l("Proof of settlement"),
        description=_l("Left empty, what the project was settled by, or the collateral released."),
    )
    receipt = FileField(_l("Receipt signed by the receiver"))


class ConfirmForm(BaseForm):
    """`seen` is the hash of the voucher that was read; the password is given for this very word."""

    seen = HiddenField()
    beside = SelectField(_l("Who stands beside you"), description=_l("The bell rings there with a link."))
    confirming_password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )


class ScanForm(StepForm):
    scan = FileField(_l("Scan of the sheet signed in ink"))

    def validate_scan(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose the scan."))
