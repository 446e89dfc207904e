"""What is typed about keys."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from crm.moves.keys.models import HOLDER_TITLES, OUTCOME_TITLES, Outcome
from crm.moves.keys.service.entering import MOST
from crm.moves.keys.service.giving import WITH_AUTHORITY
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, NotLater, choices
from crm.web.identities import PhoneField

NO_FILL = {"autocomplete": "off"}


def key_field() -> HiddenField:
    return HiddenField(validators=[Length(max=64)])


class SignatureFields(BaseForm):
    """Drawn on the screen, or signed on paper and scanned."""

    drawing = DrawingField()
    scan = FileField(
        _l("Scan of what was signed on paper"),
        description=_l("A PDF or a picture, where nobody signs on the screen."),
        render_kw={"accept": "application/pdf,image/*"},
    )

    @property
    def is_signed(self) -> bool:
        return bool(self.drawing.drawn or (self.scan.data and self.scan.data.filename))


class AddKeyForm(BaseForm):
    kind = SelectField(_l("Kind"))
    label = StringField(
        _l("Number or label"), [Length(max=40)], description=_l("What is stamped on them, or the number of the card.")
    )
    count = IntegerField(
        _l("How many"),
        [InputRequired(_l("Write how many there are.")), NumberRange(1, MOST, _l("Write 1 to 99."))],
        default=1,
    )


class KeyLineForm(BaseForm):
    """How many of one kind; the form around it has the token."""

    class Meta(BaseForm.Meta):
        csrf = False

    unit_key_id = IntegerField(widget=HiddenInput())
    count = IntegerField(_l("How many"), [Optional(), NumberRange(0, MOST, _l("Write 0 to 99."))])


class GiveForm(SignatureFields):
    key = key_field()
    lines = FieldList(FormField(KeyLineForm))
    customer_id = SelectField(
        _l("Customer"), [InputRequired(_l("Choose whose keys they are from now on."))], coerce=int
    )
    holder_kind = SelectField(_l("Who takes them"), choices=choices(HOLDER_TITLES))
    holder = StringField(_l("Name"), [DataRequired(_l("Write who takes the keys.")), Length(max=60)], render_kw=NO_FILL)
    phone = PhoneField(_l("Telephone"), render_kw={"inputmode": "tel", **NO_FILL})
    authority = StringField(
        _l("Allowed by"),
        [Length(max=200)],
        description=_l("For an agent or spare keys: the letter of authority, or who said so."),
    )
    given_on = DayField(_l("Handed out on"), [InputRequired(_l("Write the day.")), NotLater()])
    note = StringField(_l("Remark"), [Length(max=200)])

    def validate_authority(self, field: Any) -> None:
        if self.holder_kind.data in WITH_AUTHORITY and not field.data:
            raise ValidationError(_("Write who allowed it: a letter of authority, or the customer's own word."))

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        """(number of the line, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.lines, start=1) for f in entry.form if f.errors]


class BackForm(BaseForm):
    key = key_field()
    outcome = RadioField(_l("What became of them"), choices=choices(OUTCOME_TITLES), default=Outcome.returned.value)
    count = IntegerField(
        _l("How many"), [InputRequired(_l("Write how many of them.")), NumberRange(1, MOST, _l("Write 1 to 99."))]
    )
    day = DayField(_l("Day"), [InputRequired(_l("Write the day.")), NotLater()])
    by = StringField(_l("Brought by"), [Length(max=60)], description=_l("Left empty: whoever took them."))
    reason = StringField(_l("How they were lost"), [Length(max=200)], description=_l("It stands on the file for good."))

    def validate_reason(self, field: Any) -> None:
        if self.outcome.data == Outcome.lost and not field.data:
            raise ValidationError(_("Write how they were lost: it stands on the file for good."))


class SignForm(SignatureFields):
    def validate_scan(self, field: Any) -> None:
        if not self.is_signed:
            raise ValidationError(_("Let the signature be drawn, or choose the scan."))
