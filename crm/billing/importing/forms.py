"""The step that takes what the page says was understood."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from crm.imports.histories import forms
from crm.web.forms import BaseForm, choices


class HistoryForm(forms.HistoryForm):
    last_counts = SelectField(
        _l("The day in the column “To”"),
        choices=choices(
            {
                "y": _l("still belongs to the period: 2026-01-01 to 2026-01-31"),
                "n": _l("is the first of the next one: 2026-01-01 to 2026-02-01"),
            }
        ),
    )


class SheetsForm(BaseForm):
    """Nothing but the button."""
