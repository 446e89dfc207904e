"""What a caller says about a fault, in the order in which it is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from crm.calls.forms import DUE_HELP, DueField, ToldForm
from crm.repairs.categories.models import RepairCategory
from crm.repairs.orders.forms import LASTING
from crm.repairs.orders.models import CHANNEL_TITLES, Channel
from crm.web.forms import choices

BY_HAND = {each: CHANNEL_TITLES[each] for each in (Channel.phone, Channel.counter, Channel.message, Channel.patrol)}


class ReportForm(ToldForm):
    """`attach`: "", `own`, `again-12` of a job under way, `caller-7` or `joined-7` of an incident."""

    problem = TextAreaField(
        _l("What needs mending"), [DataRequired(_l("Write what is wrong, in the caller's words.")), Length(max=500)]
    )
    category_id = SelectField(
        _l("Category"), coerce=str, description=_l("Proposed from the words; change it if it is another.")
    )
    emergency = BooleanField(_l("Emergency: somebody goes at once"))
    channel = SelectField(_l("How"), choices=choices(BY_HAND), default=Channel.phone.value)
    wanted_from = DueField(_l("Time agreed"), description=DUE_HELP, render_kw={"autocomplete": "off"})
    minutes = SelectField(_l("How long"), choices=choices(LASTING), default=120, coerce=int)

    likely: Sequence[RepairCategory] = ()  # what the words mean

    def validate_category_id(self, field: Any) -> None:
        noted_only = (self.attach.data or "").startswith(("again-", "caller-"))
        if not (field.data or self.likely or noted_only):
            raise ValidationError(_("Choose a category: the words mean none that is known."))

    def validate_unit(self, field: Any) -> None:
        if not (field.data or self.thing.data or self.spot.data):
            raise ValidationError(_("Say where it is: a unit, a public area or equipment, or in words."))

    @property
    def wanted_until(self) -> Any:
        begins = self.wanted_from.data
        return begins + timedelta(minutes=self.minutes.data) if begins else None
