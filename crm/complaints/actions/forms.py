"""What is typed about a corrective action."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.dates import business_day
from crm.web.forms import BaseForm, DayField, VersionField, WithinYears, choices


def _id(value: Any) -> int:
    return int(value or 0)


class ActionForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    what = TextAreaField(
        _l("What is to be done"),
        [DataRequired(_l("Write what is changed so that it does not happen again.")), Length(max=500)],
    )
    owner_id = SelectField(_l("Responsible person"), [InputRequired(_l("Choose who does it."))], coerce=_id)
    due_on = DayField(_l("Due"), [DataRequired(_l("Write until which day.")), WithinYears(2)])

    def offer(self, people: dict[int, str]) -> None:
        self.owner_id.choices = choices(people, empty=_("Please choose"))

    def validate_due_on(self, field: DayField) -> None:
        if field.data and field.data < business_day():
            raise ValidationError(_("This day has passed. Write one that is still to come."))


class DoneForm(BaseForm):
    version = VersionField()
    words = TextAreaField(_l("What has been done"), [DataRequired(_l("Write what was done.")), Length(max=1000)])


class VerifiedForm(BaseForm):
    version = VersionField()
    words = TextAreaField(
        _l("What was looked at"), [DataRequired(_l("Write how you found out that it works.")), Length(max=500)]
    )


class WhyForm(BaseForm):
    version = VersionField()
    words = TextAreaField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=300)])
