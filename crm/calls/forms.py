"""What is typed during a call, in the order in which it is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from crm.calls.due import parse_due
from crm.calls.models import DIRECTION_TITLES, Direction
from crm.calls.numbers import candidates
from crm.dates import utc_now
from crm.tenants.history import REVEAL_REASONS
from crm.web.forms import BaseForm, VersionField, choices
from crm.web.revealing import ReasonedForm, reason_field
from crm.web.templating import moment

DUE_HELP = _l("Such as 15:00, 明天 9:30, 周五下午3点 or 2小时.")


class DueField(Field):
    """A moment to come, as people type it; keeps a wrong text and says what to do."""

    widget = TextInput()
    typed = ""

    def _value(self) -> str:
        return self.typed or (moment(self.data) if self.data else "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: datetime | None = None
        self.typed = valuelist[0].strip() if valuelist else ""
        if not self.typed:
            return
        try:
            self.data = parse_due(self.typed, utc_now(), current_app.config["SETTINGS"].timezone)
        except (ValueError, OverflowError) as error:
            raise ValueError(_("Write a moment such as 15:00, 明天 9:30 or 11-28 14:00.")) from error

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data <= utc_now():
            raise ValidationError(_("This moment has passed. Write one that is still to come."))


class NumberField(StringField):
    """The number at the other end, in any spelling; what is none keeps the typed text."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        found = candidates(self.data)
        if not found:
            raise ValidationError(_("Write one telephone number, or leave the field empty when it was not shown."))
        self.data = found[0]


class _FollowUp(BaseForm):
    follow_up = StringField(_l("What is to be done"), [Length(max=200)])
    due_at = DueField(_l("Until when"), description=DUE_HELP, render_kw={"autocomplete": "off"})
    owner_id = SelectField(_l("By whom"), coerce=int)


class CallForm(_FollowUp):
    reason = SelectField(_l("Reason"), [InputRequired(_l("Choose what the call was about."))])
    note = TextAreaField(_l("What was said"), [Length(max=2000)])
    outcome = SelectField(_l("Outcome"), default="answered")
    estate_id = SelectField(_l("Estate"), coerce=int)
    caller = StringField(_l("Caller's name"), [Length(max=60)], render_kw={"autocomplete": "off"})
    phone_id = SelectField(_l("Telephone in the file"))  # the numbers themselves stay masked
    number = NumberField(_l("Telephone"), [Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502, if the call is about one."))
    direction = SelectField(_l("Direction"), choices=choices(DIRECTION_TITLES), default=Direction.incoming.value)

    def validate_due_at(self, field: Any) -> None:
        if not field.data and not field.typed and (self.follow_up.data or self.outcome.data == "call_back"):
            raise ValidationError(_("Write until when it is to be done."))


class ToldForm(BaseForm):
    """Who tells of something, and where it is. `seen`: what was known and shown when the form was sent; `attach`: what
    it is noted with instead, such as `again-12`, or `own`."""

    homes: Sequence[str] = ()  # the caller's own units, to choose from while one types
    key = HiddenField(validators=[Length(max=64)])
    seen = StringField(validators=[Length(max=400)])
    attach = StringField(validators=[Length(max=40)])
    estate_id = SelectField(_l("Estate"), coerce=int)
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502."))
    thing = SelectField(_l("Public area or equipment"))
    spot = StringField(_l("Where exactly"), [Length(max=100)], description=_l("Such as: balcony, staircase 3rd floor."))
    caller = StringField(_l("Caller's name"), [Length(max=60)], render_kw={"autocomplete": "off"})
    phone_id = SelectField(_l("Telephone in the file"))
    number = NumberField(_l("Telephone"), [Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})


class FollowUpForm(_FollowUp):
    version = VersionField()

    def validate_follow_up(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Write what is to be done."))

    def validate_due_at(self, field: Any) -> None:
        if not field.data and not field.typed:
            raise ValidationError(_("Write until when it is to be done."))


class FinishForm(BaseForm):
    version = VersionField()
    result = TextAreaField(
        _l("What came of it"), [DataRequired(_l("Write what came of it.")), Length(max=1000)], render_kw={"rows": 3}
    )


class NoteForm(BaseForm):
    text = TextAreaField(
        _l("Add a note"),
        [DataRequired(_l("Write the note.")), Length(max=2000)],
        description=_l("What was entered first stays as it is; corrections are added here."),
        render_kw={"rows": 2},
    )


class NumberForm(ReasonedForm):
    reason = reason_field(choices=choices(REVEAL_REASONS), default="call_back")
