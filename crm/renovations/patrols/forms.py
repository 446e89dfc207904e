"""What is entered on a patrol, point by point; and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from crm.renovations.patrols.figures import MOST_DAYS
from crm.renovations.patrols.models import OUTCOME_TITLES, Outcome
from crm.violations.cases.forms import photos
from crm.web.forms import BaseForm, DayField, VersionField, choices

NO_FILL = {"autocomplete": "off"}


def _optional_id(value: Any) -> int | None:
    return int(value) if value else None


class PointForm(BaseForm):
    """`title`: of the point, from the company's list."""

    class Meta(BaseForm.Meta):
        csrf = False  # the form around it has the token

    title = ""
    code = HiddenField(validators=[Length(max=40)])
    outcome = RadioField(choices=choices(OUTCOME_TITLES), default=Outcome.unseen.value)
    words = StringField(_l("What is not in order"), [Length(max=300)], render_kw=NO_FILL)
    type_id = SelectField(_l("Note it as a violation"), coerce=_optional_id)


class PatrolForm(BaseForm):
    """`at`: filled in by a phone that had no network when somebody was there."""

    key = HiddenField(validators=[Length(max=64)])
    at = HiddenField(validators=[Length(max=40)])
    nobody = BooleanField(_l("Nobody was there"))
    points = FieldList(FormField(PointForm))
    words = TextAreaField(_l("What else you saw"), [Length(max=500)], render_kw={"rows": 2})
    photos = photos()
    again_on = DayField(_l("Look again on"), description=_l("Left empty: by the plan."))

    @property
    def line_faults(self) -> Sequence[tuple[int, Any]]:
        """(number of the point, field) of what is wrong."""
        return [(number, f) for number, entry in enumerate(self.points, start=1) for f in entry.form if f.errors]


class PlanForm(BaseForm):
    version = VersionField()
    every = IntegerField(
        _l("Every so many days"),
        [InputRequired(_l("Write how many days.")), NumberRange(min=1, max=MOST_DAYS)],
    )
    next_on = DayField(_l("Next patrol"), [InputRequired(_l("Write the day."))])
    patroller_id = SelectField(_l("Who goes there"), coerce=_optional_id)
