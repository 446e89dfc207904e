"""The tree of works and the papers in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "RenovationWorkAdded": _l("Kind of work added"),
    "RenovationWorkChanged": _l("Kind of work changed"),
    "RenovationPaperKindAdded": _l("Paper of renovations added"),
    "RenovationPaperKindChanged": _l("Paper of renovations changed"),
}
FIELD_TITLES = {
    "papers": _l("Papers"),
    "deposit": _l("Deposit proposed"),
    "days": _l("Days proposed"),
    "alters_structure": _l("Structure is altered"),
    "wets": _l("Wet work"),
    "advice": _l("What must stand on it"),
    "asked": _l("When it is asked for"),
    "slot": _l("Filed under"),
}
SUBJECT_TITLES = {
    "renovation_work": _l("Kind of work"),
    "renovation_paper_kind": _l("Paper of renovations"),
}
SUBJECT_PAGES = {
    "renovation_work": ("renovation_works.edit", "renovation_work_id"),
    "renovation_paper_kind": ("renovation_works.edit_paper", "renovation_paper_kind_id"),
}
