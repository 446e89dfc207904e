"""What is typed about letters; the forms of the ways they go are made for a phone at somebody's door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from crm.web.forms import BaseForm


class MakeForm(BaseForm):
    """`figures`: what the preview showed; `key` holds off a second run from a double click."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    figures = HiddenField(validators=[DataRequired(), Length(max=64)])


class ReasonForm(BaseForm):
    reason = StringField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=200)])


class PrintForm(BaseForm):
    reason = StringField(
        _l("Why again"),
        [Length(max=200)],
        description=_l("Only for letters printed before: it stands on the paper."),
    )
