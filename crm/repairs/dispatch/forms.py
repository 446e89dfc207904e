"""Giving a job to somebody on the board."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from crm.web.forms import BaseForm, VersionField


class GiveForm(BaseForm):
    """`version`: as the board showed the job; a job that somebody has is given to another one with a reason."""

    repair_id = HiddenField(validators=[InputRequired()])
    version = VersionField()
    worker_id = SelectField(_l("Worker"), [InputRequired(_l("Choose a worker."))], coerce=int)
    reason = StringField(_l("Why"), [Length(max=200)])
