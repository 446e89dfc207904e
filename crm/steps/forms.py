"""What goes with any step."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.web.forms import BaseForm, VersionField


class StepForm(BaseForm):
    """A step that wants nothing but to be confirmed. `key` keeps a form sent twice from being two steps."""

    version = VersionField()
    key = HiddenField(validators=[Length(max=64)])


class NotedForm(StepForm):
    note = StringField(_l("Remark"), [Length(max=300)])


class ReasonForm(StepForm):
    """A step that stands on the file with its reason."""

    reason = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])
