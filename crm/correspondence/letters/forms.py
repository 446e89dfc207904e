"""What is typed about letters."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.correspondence.letters.models import FILE_TITLES, WAY_TITLES, FileRole
from crm.steps.forms import NotedForm, StepForm
from crm.web.forms import BaseForm, DayField, NotLater, WithinYears, choices

FILES = {"accept": "image/*,application/pdf"}
SUBJECT = [DataRequired(_l("Write what it is about.")), Length(max=100)]
BODY = [DataRequired(_l("Write the text.")), Length(max=5000)]
PARAGRAPHS = _l("An empty line begins a new paragraph. What stands in braces is filled in.")


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def _someone(label: Any, description: Any = "") -> SelectField:
    return SelectField(label, coerce=_id_or_none, default=None, description=description)


def _due() -> DayField:
    return DayField(
        _l("Answer due on"), [WithinYears(2)], description=_l("Leave it empty where no answer is expected.")
    )


class WhomForm(BaseForm):
    """A customer's file, or somebody without one. `estate_id` and `customer` are gone where the file is known."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    estate_id = SelectField(_l("Estate"), coerce=int)
    customer = StringField(
        _l("Customer"),
        [Length(max=80)],
        description=_l("The whole name, or the number of the file such as KH000012."),
        render_kw={"autocomplete": "off"},
    )
    party = StringField(
        _l("Or somebody without a file here"), [Length(max=80)], description=_l("An authority, a company, a neighbour.")
    )
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502."))

    def validate_party(self, field: Any) -> None:
        if "customer" not in self:
            return
        if not field.data and not self.customer.data:
            raise ValidationError(_("Write whom it is from or to: a customer, or somebody else in words."))
        if field.data and self.customer.data:
            raise ValidationError(_("Write either a customer or somebody else, not both."))


class ReceiveForm(WhomForm):
    kind = SelectField(_l("Kind"))
    subject = StringField(_l("Subject"), SUBJECT)
    summary = TextAreaField(_l("What it says, in short"), [Length(max=1000)])
    dated_on = DayField(_l("Day on the letter"), [InputRequired(_l("Write the day.")), NotLater()])
    doc_no = StringField(_l("Their number"), [Length(max=60)])
    way = SelectField(_l("How it came"), choices=choices(WAY_TITLES))
    pages = IntegerField(_l("Page count"), [Optional(), NumberRange(min=1, max=9999)])
    answers = StringField(
        _l("Answers our letter"), [Length(max=40)], description=_l("Its number, such as 发〔2026〕0034号 or 发2026-34.")
    )
    handler_id = _someone(_l("Who deals with it"))
    department_id = _someone(_l("Department"), _l("With a person or a department it is passed on at once."))
    reply_due_on = _due()
    scans = MultipleFileField(_l("Scans"), description=_l("PDF or pictures, several at once."), render_kw=FILES)


class WriteForm(WhomForm):
    address = StringField(_l("Address"), [Length(max=120)], description=_l("Empty: the unit's."))
    kind = SelectField(_l("Kind"))
    subject = StringField(_l("Subject"), SUBJECT)
    body = TextAreaField(_l("Text"), BODY, description=PARAGRAPHS, render_kw={"rows": 14})
    scans = MultipleFileField(_l("Enclosures"), description=_l("PDF or pictures, several at once."), render_kw=FILES)


class PassOnForm(NotedForm):
    handler_id = _someone(_l("Who deals with it"))
    department_id = _someone(_l("Department"), _l("A person, a department, or both."))
    reply_due_on = _due()

    def validate_department_id(self, field: Any) -> None:
        if field.data is None and self.handler_id.data is None:
            raise ValidationError(_("Choose who is to deal with it: a person or a department."))


class AnswerForm(StepForm):
    address = StringField(_l("Address"), [Length(max=120)], description=_l("Empty: the unit's."))
    subject = StringField(_l("Subject"), SUBJECT)
    body = TextAreaField(_l("Text"), BODY, description=PARAGRAPHS, render_kw={"rows": 14})


class FilesForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    role = SelectField(
        _l("What the files are"),
        choices=choices({role: FILE_TITLES[role] for role in (FileRole.scan, FileRole.enclosure)}),
    )
    files = MultipleFileField(_l("Files"), description=_l("PDF or pictures, several at once."), render_kw=FILES)


class TakeBackForm(BaseForm):
    reason = StringField(_l("Why"), [DataRequired(_l("Write why: it stands on the file for good.")), Length(max=200)])
