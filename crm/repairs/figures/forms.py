"""Which months, estate, building and worker: in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.validators import ValidationError

from crm.lists.periods import YEARS
from crm.repairs.figures.asked import MOST_MONTHS
from crm.web.forms import MonthField


class AskedForm(Form):
    """No secret, no change. Nothing written: the month that runs, all there is."""

    month = MonthField(_l("From the month"))
    until = MonthField(_l("To the month"))
    estate_id = SelectField(_l("Estate"), coerce=str, validate_choice=False)
    building_id = SelectField(_l("Building"), coerce=str, validate_choice=False)
    worker_id = SelectField(_l("Worker"), coerce=str, validate_choice=False)

    def validate_month(self, field: Any) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_("Write a month such as 2026-11."))

    def validate_until(self, field: Any) -> None:
        self.validate_month(field)
        first, last = self.month.data, field.data
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError(_("The last month must not lie before the first."))
        if (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
            raise ValidationError(_("Choose %(most)s months at most.", most=MOST_MONTHS))
