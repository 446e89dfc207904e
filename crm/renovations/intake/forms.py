"""What is said of a renovation at the counter."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from crm.renovations.cases.forms import PlanForm


class ApplyForm(PlanForm):
    homes: Sequence[str] = ()  # the customer's own units, to choose from while one types
    key = HiddenField(validators=[Length(max=64)])
    estate_id = SelectField(_l("Estate"), coerce=int)
    unit = StringField(
        _l("Unit"), [DataRequired(_l("Write the unit.")), Length(max=40)], description=_l("Such as 3-1-502.")
    )
    customer = SelectField(_l("Applicant"))
    besides = BooleanField(_l("Another renovation besides the one that is open"))
