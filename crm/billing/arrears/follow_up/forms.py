"""A contact as it is noted: what came of it first; what was promised on the same form."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.billing.arrears.contacts.models import (
    CONTACT_CHANNELS,
    CONTACT_OUTCOMES,
    NOT_TALKED,
    ContactChannel,
    ContactOutcome,
)
from crm.dates import business_day
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, choices

NO_FILL = {"autocomplete": "off"}


class ContactForm(BaseForm):
    """The last three are asked for where something was promised, and left alone elsewhere."""

    outcome = SelectField(_l("What came of it"), [InputRequired(_l("Choose what came of it."))])
    channel = RadioField(_l("How"), choices=choices(CONTACT_CHANNELS), default=ContactChannel.phone.value)
    talked_to = StringField(_l("With whom"), [Length(max=60)], render_kw=NO_FILL)
    words = TextAreaField(_l("What was said"), [Length(max=1000)])
    contacted_on = DayField(_l("Day"), [InputRequired(_l("Write the day.")), NotLater()])
    again_on = DayField(_l("Again on"), description=_l("Only where a day was agreed, or to try again."))
    step_id = SelectField(_l("It was this step of the dunning"), coerce=lambda value: int(value) if value else None)
    amount = MoneyField(_l("Promised (yuan)"), render_kw=NO_FILL)
    due_on = DayField(_l("To be paid by"), description=_l("That day is still in time."))
    given_by = StringField(_l("Promised by"), [Length(max=60)], render_kw=NO_FILL)
    proof = FileField(_l("Proof"), description=_l("Such as the message or a signed slip."))

    @property
    def promises(self) -> bool:
        return bool(self.outcome.data == ContactOutcome.promised.value)

    def validate_words(self, field: Any) -> None:
        if self.outcome.data and self.outcome.data not in NOT_TALKED and not field.data:
            raise ValidationError(_("Write what was said."))

    def validate_amount(self, field: Any) -> None:
        if self.promises and not field.process_errors and (field.data is None or field.data <= 0):
            raise ValidationError(_("Write the sum that is promised, more than nought."))

    def validate_due_on(self, field: Any) -> None:
        if self.promises and not field.process_errors and (field.data is None or field.data < business_day()):
            raise ValidationError(_("Write by which day, today or later."))

    def validate_given_by(self, field: Any) -> None:
        if self.promises and not field.data:
            raise ValidationError(_("Write who gave the promise."))


def numbered_outcomes() -> list[Any]:
    """With the digit before each: typing it chooses."""
    return choices(
        {code: f"{place} {title}" for place, (code, title) in enumerate(CONTACT_OUTCOMES.items(), 1)},
        empty=_("Please choose"),
    )
