"""The upload, the corrected mapping, and the two buttons that check and import."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError
from wtforms.validators import Length

from crm.imports.understanding.mapping import Mapping, plain_mapping
from crm.web.forms import BaseForm, VersionField


class UploadForm(BaseForm):
    file = FileField(_l("File (.xlsx, .xls, .csv)"), validators=[FileRequired(_l("Choose a file."))])
    estate_name = StringField(
        _l("Estate"),
        validators=[Length(max=100)],
        description=_l("Left empty, the file's own estate column counts, or else the file's name."),
        render_kw={"list": "estates", "autocomplete": "off"},
    )

    def validate_estate_name(self, field: StringField) -> None:
        if not field.data and g.actor.estate_ids is not None:
            raise ValidationError(_("Choose one of your estates."))


class StepForm(BaseForm):
    """Checking and importing ask nothing but that nobody has changed the import meanwhile."""

    version = VersionField()


def sent_mapping(form: MultiDict[str, str]) -> Mapping:
    """Fields `<sheet number>-kind`, `-row`, `-name` and `-column-<letter>`, as the page names them."""
    sheets: dict[str, Any] = {}
    for number in range(form.get("sheets", 0, type=int)):
        columns = f"{number}-column-"
        sheets[form.get(f"{number}-name", "")] = {
            "kind": form.get(f"{number}-kind", ""),
            "heading_row": form.get(f"{number}-row", 0, type=int),
            "columns": {
                key.removeprefix(columns): field for key, field in form.items() if key.startswith(columns) and field
            },
        }
    return plain_mapping(sheets)
