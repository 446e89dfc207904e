"""The tree of types in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "ViolationTypeAdded": _l("Type of violations added"),
    "ViolationTypeChanged": _l("Type of violations changed"),
}
FIELD_TITLES = {
    "words": _l("Words of the notice"),
    "clause": _l("Clause"),
    "stops_work": _l("Work is stopped at once"),
}
SUBJECT_TITLES = {"violation_type": _l("Type of violations")}
SUBJECT_PAGES = {"violation_type": ("violation_types.edit", "violation_type_id")}
