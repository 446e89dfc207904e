"""What is typed when a renovation is finished and checked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.renovations.acceptance.models import VERDICT_TITLES, Verdict
from crm.steps.forms import ReasonForm, StepForm
from crm.web.drawing import DrawingField
from crm.web.forms import BaseForm, DayField, NotLater, WithinYears, choices

MOST_HOURS = 240
FILES = "application/pdf,image/*"


class FinishForm(StepForm):
    done_on = DayField(_l("Done on"), [InputRequired(_l("Write the day.")), NotLater()])
    built = TextAreaField(_l("What was built"), [DataRequired(_l("Write what was built.")), Length(max=1000)])
    as_approved = BooleanField(_l("All was built as it was approved"), default=True)
    differs = TextAreaField(
        _l("In what it differs"), [Length(max=500)], description=_l("Only where it was not built as approved.")
    )
    drawings = MultipleFileField(
        _l("As-built drawings"),
        description=_l("PDF or pictures; they go into section 12 of the dossier."),
        render_kw={"accept": FILES, "multiple": True},
    )
    no_drawings = StringField(_l("Why there are none"), [Length(max=200)])

    def validate_differs(self, field: Any) -> None:
        if not self.as_approved.data and not field.data:
            raise ValidationError(_("Write in what it differs from what was approved."))


class DrawingForm(StepForm):
    title = StringField(_l("What it shows"), [DataRequired(_l("Write what it shows.")), Length(max=100)])
    drawing = FileField(_l("Drawing"), render_kw={"accept": FILES})

    def validate_drawing(self, field: Any) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_("Choose the file."))


class ShortenForm(ReasonForm):
    day = DayField(_l("The second check may be made from"), [InputRequired(_l("Write the day."))])


class LookForm(BaseForm):
    """One line of a check."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    verdict = RadioField(
        _l("How it is"), [InputRequired(_l("Choose how it was found."))], choices=choices(VERDICT_TITLES)
    )
    hours = IntegerField(_l("Hours the water stood"), [Optional(), NumberRange(min=0, max=MOST_HOURS)])
    words = TextAreaField(_l("What is to be put right, or a remark"), [Length(max=500)], render_kw={"rows": 2})
    photos = MultipleFileField(
        _l("Photos"), render_kw={"accept": "image/*", "multiple": True, "capture": "environment"}
    )

    def validate_words(self, field: Any) -> None:
        if self.verdict.data == Verdict.fix and not field.data:
            raise ValidationError(_("Write what is to be put right."))


class FindingForm(LookForm):
    """Something that stands on no list; an empty one is none."""

    what = StringField(_l("What else was found"), [Length(max=100)])
    verdict = RadioField(_l("How it is"), choices=choices(VERDICT_TITLES), default=Verdict.fix.value)

    def validate_words(self, field: Any) -> None:
        if self.what.data and not field.data:
            raise ValidationError(_("Write what is to be put right."))


class CheckForm(StepForm):
    words = TextAreaField(_l("Remark on the whole"), [Length(max=500)], render_kw={"rows": 2})
    due_on = DayField(
        _l("To be put right by"), [WithinYears(1)], description=_l("Only where something is to be put right.")
    )
    own = DrawingField()
    own_file = FileField(_l("Or your signature as a picture"), render_kw={"accept": "image/*"})
    name = StringField(
        _l("Who was there for the customer"),
        [DataRequired(_l("Write who was there for the customer.")), Length(max=60)],
    )
    drawing = DrawingField()
    signed_file = FileField(_l("Or the signature as a picture"), render_kw={"accept": "image/*"})
    refusal = StringField(_l("Why the customer does not sign"), [Length(max=200)])
    witness = StringField(_l("Witness"), [Length(max=60)], description=_l("Who was there, where nobody signs."))
