"""What goes with a step of a complaint, in the order a person says it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.complaints.cases.models import ABOUT_TITLES, OUTCOME_TITLES
from crm.complaints.cases.service import Heard
from crm.complaints.categories.models import SEVERITY_TITLES
from crm.repairs.visits.forms import SATISFIED, Answer, VisitForm
from crm.steps.forms import NotedForm, ReasonForm, StepForm
from crm.web.forms import choices

__all__ = ["NotedForm", "ReasonForm", "StepForm"]
SAID = [DataRequired(_l("Write what was said.")), Length(max=1000)]


def _key(value: Any) -> int | None:
    """Nobody is chosen by an empty line."""
    return int(value) if value not in (None, "", "None") else None


class AcknowledgeForm(StepForm):
    note = TextAreaField(
        _l("What was said"), SAID, description=_l("Such as who looks into it and when the customer hears more.")
    )


class ContactForm(StepForm):
    note = TextAreaField(_l("What was said"), SAID)


class ReclassifyForm(StepForm):
    category_id = SelectField(_l("Category"), coerce=int)
    severity = SelectField(_l("Severity"), choices=choices(SEVERITY_TITLES))
    about = SelectField(_l("Matter of the complaint"), choices=choices(ABOUT_TITLES))
    about_department_id = SelectField(
        _l("Department it is about"),
        coerce=_key,
        description=_l("Whoever belongs to it can neither close nor call back."),
    )
    about_user_id = SelectField(_l("Person it is about"), coerce=_key)
    contractor = SelectField(_l("Contractor"), default="")
    note = TextAreaField(_l("Remark"), [Length(max=300)], render_kw={"rows": 2})


class ClassifyForm(ReclassifyForm):
    handler_id = SelectField(_l("Who handles it"), coerce=_key, description=_l("May be said later."))


class JoinForm(ReasonForm):
    number = StringField(
        _l("Number of the other complaint"),
        [DataRequired(_l("Write the number of the other complaint.")), Length(max=20)],
        description=_l("Such as T2611-0032: that one goes on, with the callers of this one."),
        render_kw={"autocomplete": "off"},
    )


class WithdrawForm(ReasonForm):
    for_all = BooleanField(_l("All who complained take it back"))


class AssignForm(NotedForm):
    handler_id = SelectField(_l("Who handles it"), [InputRequired(_l("Choose who handles it."))], coerce=int)


class PlanForm(StepForm):
    plan = TextAreaField(
        _l("Plan of action"),
        [DataRequired(_l("Write what is to be done, by whom and until when.")), Length(max=2000)],
        description=_l("What is done, by whom, until when. Somebody else approves it."),
        render_kw={"rows": 5},
    )


class ReplyForm(StepForm):
    reply = TextAreaField(
        _l("What the customer is told"),
        [DataRequired(_l("Write what the customer is told.")), Length(max=2000)],
        description=_l("What was found, what was done, what will be. It stands on the sheet."),
        render_kw={"rows": 5},
    )
    as_letter = BooleanField(_l("Send it as a letter too"))


class CloseForm(StepForm):
    outcome = RadioField(
        _l("Outcome"),
        [InputRequired(_l("Choose whether the complaint was justified."))],
        choices=choices(OUTCOME_TITLES),
    )
    cause = SelectField(_l("Root cause"), [InputRequired(_l("Choose the cause."))])
    cause_words = TextAreaField(
        _l("How it came to this"),
        [DataRequired(_l("Write how it came to this: it stands on the sheet.")), Length(max=1000)],
    )


class CallbackForm(VisitForm):
    caller_id = SelectField(_l("Who was called"), coerce=int)

    def validate_words(self, field: Any) -> None:
        if self.answer.data == Answer.unsatisfied and not field.data:
            raise ValidationError(_("Write what the customer is not content with."))

    @property
    def told(self) -> Heard:
        score = int(self.score.data) if self.score.data else None
        satisfied = SATISFIED[Answer(self.answer.data)]
        words, key = self.words.data or "", self.key.data
        return Heard(satisfied=satisfied, caller_id=self.caller_id.data, words=words, score=score, key=key)
