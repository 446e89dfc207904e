"""What is typed about a text to begin with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.web.forms import BaseForm, VersionField


class WordingForm(BaseForm):
    version = VersionField()
    name = StringField(
        _l("What it is called"),
        [DataRequired(_l("Enter a name for it.")), Length(max=40)],
        description=_l("As it is chosen from the list."),
    )
    subject = StringField(_l("Subject"), [DataRequired(_l("Write what it is about.")), Length(max=100)])
    body = TextAreaField(
        _l("Text"),
        [DataRequired(_l("Write the text.")), Length(max=5000)],
        description=_l("An empty line begins a new paragraph."),
        render_kw={"rows": 14},
    )
