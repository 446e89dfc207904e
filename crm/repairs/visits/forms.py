"""What the customer says, in the order in which it is said."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.repairs.orders.service import Heard
from crm.web.forms import BaseForm, choices


class Answer(StrEnum):
    satisfied = "satisfied"
    unsatisfied = "unsatisfied"
    unreached = "unreached"


ANSWERS = {
    Answer.satisfied: _l("Satisfied"),
    Answer.unsatisfied: _l("Not satisfied"),
    Answer.unreached: _l("Not reached"),
}
SATISFIED = {Answer.satisfied: True, Answer.unsatisfied: False, Answer.unreached: None}
SCORES = {
    5: _l("5 very good"),
    4: _l("4 good"),
    3: _l("3 fair"),
    2: _l("2 poor"),
    1: _l("1 bad"),
}


class VisitForm(BaseForm):
    """`key` holds off a second visit when the form is sent twice."""

    key = HiddenField(validators=[DataRequired(), Length(max=64)])
    answer = RadioField(_l("What came of it"), [InputRequired(_l("Choose what came of it."))], choices=choices(ANSWERS))
    score = SelectField(_l("Score"), choices=choices(SCORES, empty=_l("None given")), default="")
    words = TextAreaField(_l("In the customer's words"), [Length(max=1000)], render_kw={"rows": 3})

    def validate_score(self, field: Any) -> None:
        if field.data and self.answer.data == Answer.unreached:
            raise ValidationError(_("Nobody was reached: leave the score empty."))

    def validate_words(self, field: Any) -> None:
        if self.answer.data == Answer.unsatisfied and not field.data:
            raise ValidationError(_("Write what the customer is not satisfied with."))

    @property
    def heard(self) -> Heard:
        score = int(self.score.data) if self.score.data else None
        satisfied = SATISFIED[Answer(self.answer.data)]
        return Heard(satisfied=satisfied, words=self.words.data or "", score=score, key=self.key.data)
