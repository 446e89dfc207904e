"""What is typed about a worker."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crm.repairs.workers.history import WEEKDAY_TITLES
from crm.web.forms import BaseForm, DayField, WithinYears
from crm.worktime.hours import OfficeHours, fault_of_hours, parse_hours


class TradesForm(BaseForm):
    version = HiddenField()  # the trades it was opened on
    trades = SelectMultipleField(
        _l("Trades"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Whoever has none ticked does everything."),
    )


def _hours(_form: BaseForm, field: Any) -> None:
    if field.data and (fault := fault_of_hours(field.data)):
        raise ValidationError(fault)


def _day(name: str) -> StringField:
    return StringField(WEEKDAY_TITLES[name], [Length(max=80), _hours], render_kw={"autocomplete": "off"})


class ShiftsForm(BaseForm):
    """Hours as they are said; an empty day is off. A night shift is two stretches, the second on the next day."""

    version = HiddenField()  # the hours it was opened on
    monday = _day("monday")
    tuesday = _day("tuesday")
    wednesday = _day("wednesday")
    thursday = _day("thursday")
    friday = _day("friday")
    saturday = _day("saturday")
    sunday = _day("sunday")

    @property
    def week(self) -> list[OfficeHours]:
        typed = [self[name].data for name in WEEKDAY_TITLES]
        return [parse_hours(text) if text else () for text in typed]


class AbsenceForm(BaseForm):
    first_on = DayField(_l("First day away"), [InputRequired(_l("Write the first day.")), WithinYears(2)])
    last_on = DayField(
        _l("Last day away"),
        [InputRequired(_l("Write the last day.")), WithinYears(2)],
        description=_l("That day included."),
    )
    reason = StringField(_l("Reason"), [DataRequired(_l("Write why: leave, ill, training.")), Length(max=80)])


class BackForm(BaseForm):
    back_on = DayField(
        _l("There again on"),
        [InputRequired(_l("Write the day on which the worker is there again."))],
        description=_l("The first day's own date takes the whole absence back."),
    )
