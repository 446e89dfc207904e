"""What is typed about a group of check items, and about an item."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.renovations.acceptance.items.models import APPLIES_TITLES, Applies
from crm.web.forms import BaseForm, VersionField, choices

NAME = [DataRequired(_l("Enter a name for it.")), Length(max=60)]
MOST_HOURS = 240


class GroupForm(BaseForm):
    version = VersionField()
    name = StringField(_l("What it is called"), NAME)
    applies = RadioField(_l("Asked of"), choices=choices(APPLIES_TITLES), coerce=Applies, default=Applies.always.value)
    work_id = SelectField(
        _l("Kind of work"),
        coerce=lambda value: int(value) if value else None,
        description=_l("Only where it is asked of one kind of work."),
    )

    def validate_work_id(self, field: Any) -> None:
        if self.applies.data is Applies.work and field.data is None:
            raise ValidationError(_("Choose the kind of work these items are asked of."))


class ItemForm(BaseForm):
    version = VersionField()
    name = StringField(
        _l("What is looked at"), NAME, description=_l("As it stands on the sheet, such as 地漏排水通畅.")
    )
    advice = StringField(_l("How it is looked at"), [Length(max=200)])
    hours = IntegerField(
        _l("Hours of a water test"),
        [InputRequired(_l("Write how many hours; 0 for none.")), NumberRange(min=0, max=MOST_HOURS)],
        default=0,
        description=_l("Such as 24 or 48; 0 where there is none."),
    )
    second = BooleanField(_l("Also looked at in the second check"), default=True)
