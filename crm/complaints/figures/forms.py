"""Which months, estate, building, department and contractor."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from crm.lists.months import MonthsForm


class AskedForm(MonthsForm):
    department_id = SelectField(_l("Department complained about"), coerce=str, validate_choice=False)
    contractor = SelectField(_l("Contractor"), coerce=str, validate_choice=False)
