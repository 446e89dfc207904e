"""The tree of categories in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "ComplaintCategoryAdded": _l("Category of complaints added"),
    "ComplaintCategoryChanged": _l("Category of complaints changed"),
}
FIELD_TITLES = {
    "group": _l("Group"),
    "severity": _l("Severity"),
    "department_id": _l("Department"),
}
SUBJECT_TITLES = {"complaint_category": _l("Category of complaints")}
SUBJECT_PAGES = {"complaint_category": ("complaint_categories.edit", "complaint_category_id")}
