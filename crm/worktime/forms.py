"""Entering a notice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from crm.web.forms import BaseForm, DayField

LONGEST_NOTICE = 20_000


class NoticeForm(BaseForm):
    """`digest` is what the preview showed; `seen` that somebody has looked at what is doubtful."""

    digest = HiddenField()
    year = IntegerField(
        _l("Year"),
        [Optional(), NumberRange(min=2000, max=2100, message=_l("Write the year with four digits."))],
        description=_l("Left empty, it is the year the text names."),
    )
    text = TextAreaField(
        _l("The notice"),
        [DataRequired(_l("Paste the notice.")), Length(max=LONGEST_NOTICE)],
        description=_l(
            "The text as it is published; or a line for each day, such as “2027-01-01 休 元旦” and “2027-02-20 班”; "
            "or JSON."
        ),
    )
    title = StringField(
        _l("Title"), [Length(max=120)], description=_l("Left empty, it is the title that stands in the text.")
    )
    seen = BooleanField(_l("I have compared the doubtful lines with the notice; they are right"))


class ReckonForm(BaseForm):
    """Asked by address: reckoning changes nothing."""

    class Meta(BaseForm.Meta):
        csrf = False

    day = DayField(_l("From (not counted)"))
    days = IntegerField(
        _l("Working days"),
        [NumberRange(min=1, max=250, message=_l("Write a whole number from 1 to 250."))],
    )
