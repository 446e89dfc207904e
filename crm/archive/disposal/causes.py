"""By what a dossier's custody ended."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

DESTROYED = "destroyed"
CAUSE_TITLES = {DESTROYED: _l("Destroyed")}
