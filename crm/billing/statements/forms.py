"""Which days a statement covers, which months the figures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.validators import InputRequired

from crm.web.forms import DayField


class DaysForm(Form):
    """In the address; no secret, no change."""

    begins = DayField(_l("From"), [InputRequired(_l("Write a day."))])
    last = DayField(_l("To"), [InputRequired(_l("Write a day."))])
