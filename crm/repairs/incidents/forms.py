"""What is written of an incident, and of who calls about it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.calls.forms import DUE_HELP, DueField, NumberField
from crm.dates import utc_now
from crm.properties.forms import estate_choices
from crm.properties.queries import visible_estates
from crm.repairs.categories.models import PLACE_TITLES
from crm.repairs.categories.queries import problems
from crm.web.forms import BaseForm, VersionField, choices

WORDS = 300  # more is read to nobody, and the notice is one page


class SinceField(DueField):
    """A moment that has passed."""

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data > utc_now():
            raise ValidationError(_("This moment is still to come. Write one that has passed."))


class ExpectedField(DueField):
    """A moment to come; the one that is stored may stay though it has passed."""

    def pre_validate(self, form: Any) -> None:
        if self.data != self.object_data:
            super().pre_validate(form)


def _id(value: Any) -> int:
    return int(value or 0)


def _words() -> TextAreaField:
    return TextAreaField(
        _l("To read out"),
        [DataRequired(_l("Write what whoever answers is to say.")), Length(max=WORDS)],
        description=_l("What has happened, what is done about it, and what the customer can do meanwhile."),
    )


class OpenForm(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)
    building = StringField(
        _l("Building"), [Length(max=20)], description=_l("Such as 3. Leave it empty for the whole estate.")
    )
    category_id = SelectField(_l("Kind of incident"), [InputRequired(_l("Choose what it is."))], coerce=_id)
    title = StringField(_l("In a few words"), [DataRequired(_l("Write what it is in a few words.")), Length(max=60)])
    words = _words()
    began_at = SinceField(
        _l("Began at"), description=_l("Empty: now. Such as 8:30 or 昨天 22:00."), render_kw={"autocomplete": "off"}
    )
    expected_at = ExpectedField(_l("Expected to be over"), description=DUE_HELP, render_kw={"autocomplete": "off"})

    def offer(self) -> None:
        self.estate_id.choices = estate_choices(visible_estates())
        offered = {each.id: f"{PLACE_TITLES[each.place]} · {each.full_name}" for each in problems()}
        self.category_id.choices = choices(offered, empty=_("Please choose"))


class ChangeForm(BaseForm):
    version = VersionField()
    words = _words()
    expected_at = ExpectedField(_l("Expected to be over"), description=DUE_HELP, render_kw={"autocomplete": "off"})


class EndForm(BaseForm):
    version = VersionField()
    result = TextAreaField(
        _l("What came of it"), [DataRequired(_l("Write what came of it.")), Length(max=WORDS)], render_kw={"rows": 3}
    )
    ended_at = SinceField(
        _l("Over since"), description=_l("Empty: now. Such as 8:30 or 昨天 22:00."), render_kw={"autocomplete": "off"}
    )


class CallerForm(BaseForm):
    unit = StringField(
        _l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502."), render_kw={"autocomplete": "off"}
    )
    name = StringField(_l("Caller's name"), [Length(max=60)], render_kw={"autocomplete": "off"})
    number = NumberField(_l("Telephone"), [Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    wants_word = BooleanField(_l("Wants to be told when it is over"))
