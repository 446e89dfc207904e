"""The step that takes what the page says was understood."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from crm.web.forms import BaseForm, VersionField, choices


class HistoryForm(BaseForm):
    """What was understood of the sheets and of the charge items comes beside it."""

    version = VersionField()
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


def sent_items(sent: MultiDict[str, str]) -> dict[str, str]:
    """What the file calls a charge item -> what it is here."""
    names, choices = sent.getlist("item-name"), sent.getlist("item")
    return dict(zip(names, choices, strict=False))
