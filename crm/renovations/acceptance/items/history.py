"""The list of what is checked in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "RenovationCheckItemAdded": _l("Check item of renovations added"),
    "RenovationCheckItemChanged": _l("Check item of renovations changed"),
}
FIELD_TITLES = {
    "applies": _l("Asked of"),
    "hours": _l("Hours of the water test"),
    "second": _l("Also at the second check"),
}
SUBJECT_TITLES = {"renovation_check_item": _l("Check item of renovations")}
SUBJECT_PAGES = {"renovation_check_item": ("renovation_check_items.edit", "renovation_check_item_id")}
