"""What goes with a step of a repair order, in the order a person says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.calls.forms import DUE_HELP, DueField
from crm.repairs.categories.models import PRIORITY_TITLES
from crm.repairs.orders.models import PAYER_TITLES, STAGE_TITLES, PhotoStage
from crm.steps import forms as steps
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, choices
from crm.worktime.clocks import PAUSE_TITLES, PauseReason

LASTING = {30: _l("half an hour"), 60: _l("1 hour"), 120: _l("2 hours"), 240: _l("4 hours")}
OFFERED_PAUSES = {reason: title for reason, title in PAUSE_TITLES.items() if reason is not PauseReason.closed}


class StepForm(steps.StepForm):
    """`at` is filled in by a phone that had no network when the step was taken."""

    at = HiddenField(validators=[Length(max=40)])


class NotedForm(steps.NotedForm, StepForm):
    """With a remark."""


class ReasonForm(steps.ReasonForm, StepForm):
    """With the reason."""


class AssignForm(NotedForm):
    worker_id = SelectField(_l("Worker"), [InputRequired(_l("Choose a worker."))], coerce=int)


class TransferForm(ReasonForm):
    worker_id = SelectField(_l("Worker"), [InputRequired(_l("Choose a worker."))], coerce=int)


class ClassifyForm(StepForm):
    category_id = SelectField(_l("Category"), coerce=int)
    priority = SelectField(_l("Priority"), choices=choices(PRIORITY_TITLES))
    payer = SelectField(_l("At whose cost"), choices=choices(PAYER_TITLES))
    note = StringField(_l("Why"), [Length(max=200)], description=_l("Asked for where somebody else pays now."))


class WaitForm(StepForm):
    reason = RadioField(
        _l("What it waits for"), [InputRequired(_l("Choose what it waits for."))], choices=choices(OFFERED_PAUSES)
    )
    until = DueField(_l("Until about when"), description=DUE_HELP, render_kw={"autocomplete": "off"})
    note = StringField(_l("Remark"), [Length(max=300)], description=_l("Such as which part, ordered where."))


class AppointForm(StepForm):
    wanted_from = DueField(_l("From when"), description=DUE_HELP, render_kw={"autocomplete": "off"})
    minutes = SelectField(_l("How long"), choices=choices(LASTING), default=120, coerce=int)

    def validate_wanted_from(self, field: Any) -> None:
        if not field.data and not field.typed:
            raise ValidationError(_("Write the time that was agreed on."))

    @property
    def ends(self) -> Any:
        return self["wanted_from"].data + timedelta(minutes=self["minutes"].data)


class ContactForm(StepForm):
    note = TextAreaField(_l("What was said"), [DataRequired(_l("Write what was said.")), Length(max=1000)])


class FinishForm(StepForm):
    note = TextAreaField(_l("Work done"), [DataRequired(_l("Write what was done.")), Length(max=1000)])
    after = FileField(_l("Photo of the finished work"), render_kw={"accept": "image/*", "capture": "environment"})
    drawing = DrawingField()


class DuplicateForm(StepForm):
    number = StringField(
        _l("Number of the other job"),
        [DataRequired(_l("Write the number of the other job.")), Length(max=20)],
        description=_l("Such as W2611-0032"),
    )


class PhotoForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    stage = SelectField(
        _l("Of"),
        choices=choices({stage: title for stage, title in STAGE_TITLES.items() if stage is not PhotoStage.signature}),
    )
    photo = FileField(_l("Photo"), render_kw={"accept": "image/*", "capture": "environment"})
