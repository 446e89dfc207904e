"""What a worker's ID number and telephone are needed for in full."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.web.forms import choices
from crm.web.revealing import ReasonedForm, reason_field

REASON_TITLES = {
    "police": _l("The police register temporary residents"),
    "call": _l("Call the worker"),
    "dispute": _l("A dispute or an accident"),
    "check": _l("Compare it with the card"),
    "other": _l("Other"),
}


class WorkerNumbersForm(ReasonedForm):
    reason = reason_field(choices=choices(REASON_TITLES))
