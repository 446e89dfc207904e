"""Texts to begin with in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"WordingAdded": _l("Wording added"), "WordingChanged": _l("Wording changed")}
FIELD_TITLES = {"body": _l("Text")}
SUBJECT_TITLES = {"wording": _l("Wording")}
SUBJECT_PAGES = {"wording": ("wordings.show", "wording_id")}
