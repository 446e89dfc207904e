"""The form a file comes with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from crm.web.forms import BaseForm


class FileForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    file = FileField(
        _l("Photo or document"),
        [FileRequired(_l("Choose a file."))],
        description=_l("A picture or a PDF."),
        render_kw={"accept": "image/*,application/pdf"},
    )
    about = StringField(_l("What it shows"), [Length(max=120)])
