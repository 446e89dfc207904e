"""What is typed about holds, lists, opinions and counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.archive.disposal.models import OUTCOME_TITLES, SEAT_TITLES, Outcome, Seat
from crm.steps.forms import NotedForm, StepForm
from crm.web.forms import BaseForm, choices

WHY = _l("Write why: it stands on the file for good.")


class HoldForm(BaseForm):
    reason = TextAreaField(_l("Why"), [DataRequired(WHY), Length(max=300)])


class ProposeForm(BaseForm):
    key = HiddenField(validators=[Length(max=64)])
    title = StringField(_l("Title"), [DataRequired(_l("Write what the list is about.")), Length(max=120)])
    dossiers = SelectMultipleField(
        _l("Dossiers whose period is over and that nothing holds"),
        [DataRequired(_l("Choose the dossiers that are to be destroyed."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class OpinionLine(Form):
    line_id = HiddenField()
    outcome = SelectField(_l("Opinion"), choices=choices(OUTCOME_TITLES))
    years = IntegerField(_l("Years longer"), [Optional(), NumberRange(1, 100, _l("Write 1 to 100 years."))])
    words = StringField(_l("Why"), [DataRequired(WHY), Length(max=300)])

    def validate_outcome(self, field: SelectField) -> None:
        if field.data == Outcome.extend and self.years.data is None:
            raise ValidationError(_("Write how many years longer."))


class _Lines(StepForm):
    """A form with a line for each dossier, told apart by `line_id`."""

    lines: Any

    def offer(self, ids: Iterable[int]) -> None:
        if not self.is_submitted():
            for each in ids:
                self.lines.append_entry({"line_id": str(each)})

    def by_line(self) -> dict[int, Any]:
        return {
            int(each.form.line_id.data): each.form for each in self.lines if (each.form.line_id.data or "").isdecimal()
        }

    @property
    def line_faults(self) -> list[tuple[int, Any]]:
        return [
            (number, field) for number, entry in enumerate(self.lines, start=1) for field in entry.form if field.errors
        ]


class OpinionForm(_Lines):
    seat = SelectField(_l("Seat in the group"), coerce=Seat)
    lines = FieldList(FormField(OpinionLine), max_entries=500)

    def offer_seats(self, seats: Iterable[str]) -> None:
        self.seat.choices = choices({each: SEAT_TITLES[Seat(each)] for each in seats})


class CountLine(Form):
    line_id = HiddenField()
    pages = IntegerField(
        _l("Pages counted"), [InputRequired(_l("Count the pages.")), NumberRange(0, 10**6, _l("Count the pages."))]
    )


class CountForm(_Lines):
    lines = FieldList(FormField(CountLine), max_entries=500)


class SignForm(NotedForm):
    """Signed with the password that is asked for next."""
