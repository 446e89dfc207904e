"""Several lines parked at once."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput

from crm.billing.ledger.forms import DisputeForm


class ParkForm(DisputeForm):
    """One reason, one last day and one thing of ours for all the chosen lines."""

    bill_ids = SelectMultipleField(_l("Lines"), coerce=int, option_widget=CheckboxInput())

    def validate_bill_ids(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one line."))
