"""The upload of a history, and what a person says of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from crm.web.forms import BaseForm, VersionField


class UploadForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    file = FileField(_l("File (.xlsx, .xls, .csv)"), [FileRequired(_l("Choose a file."))])


class HistoryForm(BaseForm):
    """What was understood of the sheets and of the file's words comes beside it."""

    version = VersionField()


def sent_words(sent: MultiDict[str, str], name: str) -> dict[str, str]:
    """What the file calls a thing -> the id of ours, or whatever else was offered."""
    names, choices = sent.getlist(f"{name}-name"), sent.getlist(name)
    return dict(zip(names, choices, strict=False))
