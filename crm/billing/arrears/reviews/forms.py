"""What is typed in a review."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from crm.billing.arrears.reviews.models import DECISION_TITLES, Decision
from crm.web.forms import BaseForm, DayField, MonthField, VersionField, choices

LONGEST_REMARK, LONGEST_MINUTES = 300, 10_000
TOGETHER = ("accept", Decision.hold.value, Decision.nothing.value)  # what is done to many at once


def _id(value: Any) -> int | None:
    return int(value) if value else None


def _until() -> DayField:
    return DayField(_l("Hold until"), description=_l("Only for a hold: the last day on which nothing is done."))


def _remark(description: Any) -> TextAreaField:
    return TextAreaField(_l("Remark"), [Length(max=LONGEST_REMARK)], description=description)


class OpenForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    month = MonthField(_l("Month"), [InputRequired(_l("Write the month."))])


class DecideForm(BaseForm):
    version = VersionField()
    back = HiddenField()
    kind = RadioField(
        _l("What is decided"), [InputRequired(_l("Choose what is to be done."))], choices=choices(DECISION_TITLES)
    )
    step_id = SelectField(_l("Step"), coerce=_id, description=_l("Only for the next step; any may be chosen."))
    until = _until()
    remark = _remark(_l("Needed for a hold, a write-off, the lawyer, and for nothing."))


class TogetherForm(BaseForm):
    """`address`: the list with its filters; `scope`: the ticked lines or all of them; `digest`: what was shown."""

    address = HiddenField()
    scope = HiddenField(validators=[AnyOf(("ticked", "all"))])
    what = HiddenField(validators=[AnyOf(TOGETHER)])
    digest = HiddenField()
    until = _until()
    remark = _remark(_l("It stands at every one of these accounts."))


class MinutesForm(BaseForm):
    version = VersionField()
    minutes = TextAreaField(
        _l("Minutes"),
        [Length(max=LONGEST_MINUTES)],
        description=_l("What was said about the month: who was there, what is to be done, by whom, by when."),
        render_kw={"rows": 14},
    )


class SignForm(BaseForm):
    version = VersionField()
    rest = BooleanField(_l("Leave the rest to the advice"))
    confirming_password = PasswordField(
        _l("Your password"),
        [DataRequired(_l("Give your password: it signs."))],
        render_kw={"autocomplete": "current-password"},
    )
