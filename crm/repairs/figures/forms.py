"""Which months, estate, building and worker."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from crm.lists.months import MonthsForm


class AskedForm(MonthsForm):
    worker_id = SelectField(_l("Worker"), coerce=str, validate_choice=False)
