"""The tree of categories in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "RepairCategoryAdded": _l("Category of repairs added"),
    "RepairCategoryChanged": _l("Category of repairs changed"),
}
FIELD_TITLES = {
    "place": _l("Place"),
    "group": _l("Category"),
    "trade": _l("Trade"),
    "warranty": _l("Builder's warranty"),
}
SUBJECT_TITLES = {"repair_category": _l("Category of repairs")}
SUBJECT_PAGES = {"repair_category": ("repair_categories.edit", "repair_category_id")}
