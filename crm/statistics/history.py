"""The month-end pack in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"MonthEndPackMade": _l("Month-end pack made")}
FIELD_TITLES = {"contents": _l("Table of contents")}
SUBJECT_TITLES = {"statistics_pack": _l("Month-end pack")}
SUBJECT_PAGES = {"statistics_pack": ("statistics.pack", "pack_id")}
