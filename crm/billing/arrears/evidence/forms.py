"""What is typed before a pack is made."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from crm.web.forms import BaseForm


class AskForm(BaseForm):
    """`key` holds off a second pack from a double click."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    reason = StringField(
        _l("What it is needed for"),
        [DataRequired(_l("Write what it is needed for.")), Length(max=100)],
        description=_l("It holds the customer's data in full. Who made it and what for stands in the log for good."),
    )
