"""Why a task rests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from crm.web.forms import BaseForm


class PauseForm(BaseForm):
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(_l("Write why the task rests.")), Length(max=500)])
