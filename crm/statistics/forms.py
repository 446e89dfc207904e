"""Which month and estate: in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.validators import ValidationError

from crm.dates import business_day, months_later
from crm.web.forms import MonthField


class AskedForm(Form):
    """No secret, no change. Nothing written: the last month that is over, the estates of the top bar."""

    month = MonthField(_l("Month"))
    estate_id = SelectField(_l("Estate"), coerce=str, validate_choice=False)

    def validate_month(self, field: Any) -> None:
        if field.data and field.data > business_day():
            raise ValidationError(_("This month has not begun. Choose one that has."))

    def settle(self) -> date:
        """The first day of the month, which then stands in the field."""
        self.month.data = self.month.data or last_full_month()
        return self.month.data

    @property
    def told(self) -> dict[str, str]:
        """What stands in the address of everything about the same month and estates."""
        return {name: text for name in self.data if (text := request.args.get(name, ""))}


def last_full_month() -> date:
    return months_later(business_day().replace(day=1), -1)
