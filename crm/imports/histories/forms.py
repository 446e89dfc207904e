"""The upload of a history."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from crm.web.forms import BaseForm


class UploadForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    file = FileField(_l("File (.xlsx, .xls, .csv)"), [FileRequired(_l("Choose a file."))])
