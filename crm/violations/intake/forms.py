"""What is noted of a violation, in the order in which it is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from crm.dates import beginning_of, utc_now
from crm.violations.cases.forms import found_field, photos
from crm.web.forms import BaseForm, DayField, NotLater

TIME = re.compile(r"([01]?\d|2[0-3])[:：]?([0-5]\d)", re.ASCII)
NOBODY = "none"  # of whom it is noted: somebody who is no customer


def moment_of(day: date, text: str) -> datetime:
    """The day's moment: 14:30, 1430; the day's beginning where nothing was typed."""
    found = TIME.fullmatch(text)
    begins = beginning_of(day)
    return begins + timedelta(hours=int(found[1]), minutes=int(found[2])) if found else begins


class NoteForm(BaseForm):
    homes: Sequence[str] = ()  # the customer's own units, to choose from while one types
    key = HiddenField(validators=[Length(max=64)])
    type_id = SelectField(_l("Type of violations"), [InputRequired(_l("Choose what it is."))])
    found = found_field()
    estate_id = SelectField(_l("Estate"), coerce=int)
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502."))
    area = SelectField(_l("Public area"))
    spot = StringField(_l("Where exactly"), [Length(max=100)], description=_l("Such as: balcony, staircase 3rd floor."))
    customer = SelectField(_l("Who it was"))
    person = StringField(
        _l("What is known of the person"),
        [Length(max=100)],
        description=_l("Where it is no customer: a plate, a firm, how somebody looked."),
    )
    found_on = DayField(_l("Found on"), [InputRequired(_l("Write the day.")), NotLater()])
    found_time = StringField(
        _l("At what time"), [Length(max=5)], description=_l("Such as 14:30."), render_kw={"autocomplete": "off"}
    )
    found_by = StringField(_l("Found by"), [Length(max=60)])
    photos = photos()
    wording = TextAreaField(
        _l("Words of the notice"), [Length(max=1000)], description=_l("Left empty: as the type says, shown above.")
    )
    clause = StringField(_l("Clause"), [Length(max=200)], description=_l("Left empty: as the type says, shown above."))

    def validate_unit(self, field: Any) -> None:
        if not (field.data or self.area.data or self.spot.data):
            raise ValidationError(_("Say where it is: a unit, a public area, or in words."))

    def validate_found_time(self, field: Any) -> None:
        if field.data and not TIME.fullmatch(field.data):
            raise ValidationError(_("Write a time such as 14:30."))
        if self.found_on.data and not self.found_on.errors and self.found_at > utc_now():
            raise ValidationError(_("The moment lies ahead. Write when it was found."))

    @property
    def found_at(self) -> datetime:
        return moment_of(self["found_on"].data, self["found_time"].data or "")
