"""What is typed about an incident."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.archive.vault.models import IncidentKind
from crm.archive.vault.models.count import INCIDENT_TITLES
from crm.steps.forms import StepForm
from crm.web.forms import BaseForm, choices


class ReportForm(BaseForm):
    kind = RadioField(
        _l("Kind"), [InputRequired(_l("Choose what kind of incident it is."))], choices=choices(INCIDENT_TITLES)
    )
    document_id = SelectField(_l("Title document"))
    description = TextAreaField(
        _l("How it happened"),
        [DataRequired(_l("Write what happened: it stands on the file for good.")), Length(max=500)],
    )

    def validate_document_id(self, field: SelectField) -> None:
        if not field.data and self.kind.data in (IncidentKind.loss.value, IncidentKind.damage.value):
            raise ValidationError(_("Choose which document it is."))


class NoteForm(BaseForm):
    words = TextAreaField(
        _l("What was done about it"),
        [DataRequired(_l("Write what was done.")), Length(max=500)],
        description=_l("Such as a report to the police, a notice of loss to the registry, a word to the client."),
    )
    evidence = FileField(_l("Evidence"))


class CloseForm(StepForm):
    result = TextAreaField(
        _l("How it ended"),
        [DataRequired(_l("Write how it ended: it stands on the file for good.")), Length(max=500)],
    )
