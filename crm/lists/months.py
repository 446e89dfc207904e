"""Which months figures are asked of: in the address, so that a page can be sent to somebody."""

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

MOST_MONTHS = 24


class MonthsForm(Form):
    """No secret, no change. Nothing written: the month that runs, all there is."""

    month = MonthField(_l("From the month"))
    until = MonthField(_l("To the month"))
    estate_id = SelectField(_l("Estate"), coerce=str, validate_choice=False)
    building_id = SelectField(_l("Building"), coerce=str, validate_choice=False)

    def validate_until(self, field: Any) -> None:
        first, last = self.month.data, field.data
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError(_("The last month must not lie before the first."))
        if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
            raise ValidationError(_("Choose %(most)s months at most.", most=MOST_MONTHS))

    def settle(self) -> tuple[date, date]:
        """The first days of the first and the last month, which then stand in the fields."""
        first = self.month.data or self.until.data or business_day().replace(day=1)
        self.month.data, self.until.data = first, self.until.data or first
        return first, self.until.data

    @property
    def told(self) -> dict[str, str]:
        """What stands in the address of the workbook and the paper."""
        return {name: text for name in self.data if (text := request.args.get(name, ""))}


def months_between(first: date, last: date) -> list[date]:
    """Their first days, both among them."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_later(first, place) for place in range(count)]


def span_in_words(first: date, last: date) -> str:
    begins, ends = f"{first:%Y-%m}", f"{last:%Y-%m}"
    return begins if begins == ends else f"{begins} – {ends}"
