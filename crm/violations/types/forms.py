"""What is typed about a category and a type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.web.amounts import MoneyField
from crm.web.forms import BaseForm, VersionField

NAME = [DataRequired(_l("Enter a name for it.")), Length(max=40)]
MOST_DAYS = 365


class CategoryForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME)


class TypeForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME, description=_l("As it is said, such as 楼道堆物."))
    words = TextAreaField(
        _l("Words of the notice"),
        [DataRequired(_l("Write what the notice says: what is wrong, and what is to be done.")), Length(max=1000)],
        description=_l("Proposed when one is noted; they can be changed there."),
    )
    clause = StringField(
        _l("Clause"), [Length(max=200)], description=_l("Which rule it breaks, such as 管理规约第十二条.")
    )
    days = IntegerField(
        _l("Days to put it right"),
        [InputRequired(_l("Write how many days.")), NumberRange(min=0, max=MOST_DAYS)],
        default=7,
    )
    amount = MoneyField(
        _l("Deduction proposed (yuan)"), description=_l("From a deposit; empty or 0: none."), default=Decimal(0)
    )
    stops_work = BooleanField(_l("Work is to be stopped at once"))

    def validate_amount(self, field: Any) -> None:
        if field.data is not None and field.data < 0:
            raise ValidationError(_("Write a sum, nought or more."))
