"""What people type about their own bell."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import Length, Optional

from crm.notifications.quiet import fault_of_time
from crm.web.forms import BaseForm


def _time_of_day(_form: BaseForm, field: Any) -> None:
    if fault := fault_of_time(field.data):
        raise ValidationError(fault)


class QuietForm(BaseForm):
    quiet_from = StringField(_l("Quiet from"), [Optional(), Length(max=20), _time_of_day])
    quiet_until = StringField(
        _l("Rings again at"),
        [Optional(), Length(max=20), _time_of_day],
        description=_l("Past midnight too. Equal times: no quiet hours. Both empty: the company's."),
    )
