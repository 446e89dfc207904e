"""What is typed about a compensation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.complaints.cases.models import COMPENSATION_KINDS
from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices


def _id(value: Any) -> int | None:
    return int(value) if value else None


class AskForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    kind = SelectField(_l("What the customer gets"), choices=choices(COMPENSATION_KINDS))
    amount = MoneyField(_l("Sum (yuan)"), description=_l("What it is worth to the company."))
    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=500)])
    customer_id = SelectField(_l("Who gets it"), coerce=_id)

    def offer(self, receivers: Mapping[int, str]) -> None:
        self.customer_id.choices = choices(receivers, empty=_("None of the files"))
        if not self.is_submitted() and len(receivers) == 1:
            [self.customer_id.data] = receivers

    def validate_amount(self, field: MoneyField) -> None:
        if field.errors:
            return
        if not field.data or field.data <= 0:
            raise ValidationError(_("Write a sum in yuan, more than nothing."))


class ApproveForm(BaseForm):
    version = VersionField()
    words = StringField(_l("Remark"), [Length(max=300)])


class WhyForm(BaseForm):
    version = VersionField()
    words = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])


class GiveForm(BaseForm):
    version = VersionField()
    given_on = DayField(_l("Given to the customer on"), [InputRequired(_l("Write the day.")), NotLater()])
    reference = StringField(
        _l("Proof that it was given"),
        [DataRequired(_l("Write by what it can be found again.")), Length(max=120)],
        description=_l("Number of the voucher or of the waiver, or who took the goods."),
    )
