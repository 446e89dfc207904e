"""What is typed about a plan of maintenance."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.errors import DomainError
from crm.repairs.plans.models import EVERY_TITLES
from crm.web.forms import BaseForm, DayField, VersionField, WithinYears, choices


class PlanForm(BaseForm):
    version = VersionField()
    equipment_id = SelectField(_l("Equipment"), coerce=int, render_kw={"data-pick": ""})
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write what the work is called.")), Length(max=80)],
        description=_l("It stands on the jobs, such as 电梯半月维保."),
    )
    category_id = SelectField(_l("Category"), coerce=int, description=_l("It says which trade does the work."))
    steps = TextAreaField(
        _l("What is to be done"), [Length(max=2000)], description=_l("A line for each step."), render_kw={"rows": 6}
    )
    every = IntegerField(
        _l("Every"), [InputRequired(_l("Write a number.")), NumberRange(1, 365, _l("Write a number from 1 to 365."))]
    )
    unit = SelectField(_l("Unit of time"), choices=choices(EVERY_TITLES), default="months")
    first_on = DayField(
        _l("First due on"),
        [InputRequired(_l("Write the day on which it is due first.")), WithinYears(5)],
        description=_l(
            "All later days are counted from this one. It may lie in the past: jobs are made from today on."
        ),
    )
    lead = IntegerField(
        _l("Days ahead"),
        [InputRequired(_l("Write a number.")), NumberRange(0, 60, _l("Write a number from 0 to 60."))],
        default=3,
        description=_l("So many days before it is due the job is made."),
    )
    by_law = StringField(
        _l("Required by"), [Length(max=80)], description=_l("The rule that asks for it, such as TSG T5002-2017.")
    )


class JobForm(BaseForm):
    """`due_on`: the day for which the button was shown."""

    due_on = HiddenField()

    @property
    def day(self) -> date:
        """Raises `DomainError` when the address was called without it."""
        try:
            return date.fromisoformat(self.due_on.data or "")
        except ValueError as error:
            raise DomainError(_("The plan has changed meanwhile. Look at it again.")) from error
