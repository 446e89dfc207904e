"""Forms of bank collection."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.billing.collection.service import account_fault
from crm.web.forms import BaseForm, DayField, VersionField


class MandateForm(BaseForm):
    agreement = StringField(_l("Agreement number"), [InputRequired(_l("Write the agreement number.")), Length(max=60)])
    bank = StringField(_l("Bank"), [InputRequired(_l("Write the bank and its branch.")), Length(max=120)])
    holder = StringField(_l("Account holder"), [InputRequired(_l("Write whose account it is.")), Length(max=120)])
    account = StringField(_l("Account number"), [InputRequired(_l("Write the account number.")), Length(max=60)])
    since = DayField(_l("In force from"), [InputRequired(_l("Write a day."))])

    def validate_account(self, field: StringField) -> None:
        if fault := account_fault(field.data or ""):
            raise ValidationError(fault)


class DrawForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    until = DayField(_l("Due by"), [InputRequired(_l("Write a day."))])


class AnswerForm(BaseForm):
    version = VersionField()
    file = FileField(_l("The bank's answer (.xlsx, .xls, .csv)"), [FileRequired(_l("Choose a file."))])


class StepForm(BaseForm):
    version = VersionField()
